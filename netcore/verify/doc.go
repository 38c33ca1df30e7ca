// Package verify finds out whether two people who use two devices are who they
// think they are: by six digits on both screens, or by a pairing string.
package verify
