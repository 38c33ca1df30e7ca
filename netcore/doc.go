// Package netcore is Lanyard's engine: everything but what a person sees. A
// [Node] is one running copy of the program; it owns the services in the
// packages below and is the only door to them for the window and the terminal.
//
// The services know nothing of each other. link carries streams between
// devices, discovery says who may be where, roster remembers people, timeline
// keeps conversations, transfer moves files, store is the profile's database,
// control the local door for second starts and scripts. The Node ties them:
// it hands a stream that comes in to the service that its kind names, tells
// the services when a device comes and goes, and turns what they do into
// events.
package netcore
