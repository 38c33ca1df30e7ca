// Package transfer offers, sends and receives files and folders.
package transfer
