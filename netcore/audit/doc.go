// Package audit keeps the audit log of a profile: what permissions allowed, and
// who changed them.
//
// Logged is, each with the person, their device, and how it went:
//
//   - each attempt to verify somebody, and taking a verification back;
//   - each change of permissions, each block, each merging of two people;
//   - what a permission let happen without a question, from its beginning
//     ("allowed") to its end ("done", "failed");
//   - what was refused because a permission was missing, or because the user
//     said no ("refused");
//   - what this user did to the profile itself: pairing strings, the network
//     password, the identity, who may reach this copy.
//
// Not logged is what people say to each other, and no secret ever.
//
// The log is only added to: nothing in this program changes or removes an
// entry, and the database refuses to change one. There is room for the newest
// 100,000 entries, and, apart from those, for 20,000 of what was refused, so
// that whoever is refused over and over cannot push out what was allowed.
// Before that there are limits: see Log. It is no proof against somebody who
// can write to the profile's files.
package audit
