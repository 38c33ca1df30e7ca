// Package run runs commands.
package run
