package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
	"lanyard/netcore/md5sum"
	"lanyard/netcore/safename"
)

// md5Command prints the MD5 list of a transfer, or writes it to a file.
func (p *program) md5Command() *cobra.Command {
	return &cobra.Command{
		Use: "md5 TRANSFER [FILE]", Short: p.words.say("short-md5"), Long: p.words.say("long-md5"), Args: p.between(1, "TRANSFER", "FILE"),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := p.transferKey(args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return p.printMD5(command.Context(), key)
			}
			file, err := filepath.Abs(args[1])
			if err != nil {
				return err
			}
			export := control.MD5Args{Transfer: key, Path: control.Path(file)}
			return p.offline(command.Context(), control.CommandMD5, export, p.listReporter(transferShowView{p}))
		},
	}
}

// printMD5 prints a list: byte for byte, unless a terminal or a program that
// reads JSON is at the other end.
func (p *program) printMD5(ctx context.Context, key int64) error {
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	var list bytes.Buffer
	output := list.Write
	if !p.global.json && !p.outTerminal {
		output = p.out.Write
	}
	j := job{control.CommandMD5, fixed(control.MD5Args{Transfer: key}), o.alone(), nil}
	err = p.performWith(ctx, j, control.Ends{Output: func(_ control.Source, raw []byte) error {
		return outputError(output(raw))
	}})
	if err != nil {
		return err
	}
	return md5sum.Parse(&list, func(l md5sum.Line) error {
		if p.global.json {
			return p.printJSON(md5Line{safename.Escape(l.Path), l.MD5})
		}
		_, err := fmt.Fprintf(p.out, "%s  %s\n", l.MD5, safename.Display(l.Path, maxPath))
		return err
	})
}

// md5Line is a line of md5 --json.
type md5Line struct {
	Path string `json:"path"`
	MD5  string `json:"md5"`
}

// printJSON prints one line of --json that did not come through the door.
func (p *program) printJSON(line any) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("encoding a line: %w", err)
	}
	_, err = p.out.Write(append(escape(raw), '\n'))
	return err
}

// verifyMD5Command checks files against a list; no copy of Lanyard is asked.
func (p *program) verifyMD5Command() *cobra.Command {
	var quiet bool
	command := &cobra.Command{
		Use: "verify-md5 LIST", Short: p.words.say("short-verify-md5"), Long: p.words.say("long-verify-md5"), Args: p.exactly("LIST"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.verifyMD5(command.Context(), args[0], quiet)
		},
	}
	command.Flags().BoolVar(&quiet, "quiet", false, p.words.say("flag-quiet"))
	return command
}

// verifyMD5 prints what became of each file, as md5sum does, and then the sum
// of it. It fails unless every file is as the list says.
func (p *program) verifyMD5(ctx context.Context, list string, quiet bool) error {
	sum, err := md5sum.Verify(ctx, list, func(r md5sum.Result) error {
		if quiet && r.State == md5sum.OK {
			return nil
		}
		return p.verifiedFile(r)
	}, nil)
	if err != nil {
		return p.listProblem(list, err)
	}
	all := sum.OK + sum.Differs + sum.Missing + sum.Unreadable + sum.Outside
	if p.global.json {
		err = p.printJSON(verifySummary{
			"summary", sum.OK, sum.Differs, sum.Missing, sum.Unreadable, sum.Outside, sum.Bytes,
		})
	} else {
		p.complainAbout(sum)
		_, err = fmt.Fprintln(p.out, p.words.say("md5-sum", strconv.Itoa(sum.OK), strconv.Itoa(all), size(sum.Bytes)))
	}
	if err == nil && (sum.OK < all || all == 0) {
		err = control.Fail(control.ExitFailed, control.WordNotAsListed, strconv.Itoa(all-sum.OK), strconv.Itoa(all))
	}
	return err
}

// verifiedLine and verifySummary are the lines of verify-md5 --json.
type verifiedLine struct {
	Event string `json:"event"` // "file"
	Path  string `json:"path"`
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

type verifySummary struct {
	Event      string `json:"event"` // "summary"
	OK         int    `json:"ok"`
	Differs    int    `json:"differs"`
	Missing    int    `json:"missing"`
	Unreadable int    `json:"unreadable"`
	Outside    int    `json:"outside"`
	Bytes      int64  `json:"bytes"`
}

// verifiedFile prints what became of one file.
func (p *program) verifiedFile(r md5sum.Result) error {
	line := verifiedLine{Event: "file", Path: safename.Escape(r.Path), State: string(r.State)}
	if r.Err != nil {
		line.Error = r.Err.Error()
	}
	if p.global.json {
		return p.printJSON(line)
	}
	_, err := fmt.Fprintf(p.out, "%s: %s\n", safename.Display(r.Path, maxPath), md5StateText(r.State))
	return err
}

// md5StateText is what md5sum prints of a file, in every language: scripts look
// for it.
func md5StateText(state md5sum.State) string {
	switch state {
	case md5sum.OK:
		return "OK"
	case md5sum.Differs:
		return "FAILED"
	}
	return "FAILED open or read"
}

// complainAbout says on stderr why files were not found to be right.
func (p *program) complainAbout(sum md5sum.Summary) {
	for _, one := range []struct {
		key   string
		count int
	}{
		{"md5-differs", sum.Differs}, {"md5-missing", sum.Missing}, {"md5-unreadable", sum.Unreadable}, {"md5-outside", sum.Outside},
	} {
		if one.count > 0 {
			p.complain(p.words.say(one.key, p.words.count(one.count)))
		}
	}
}

// listProblem says why a list could not be used.
func (p *program) listProblem(list string, err error) error {
	var syntax *md5sum.SyntaxError
	var problem *fs.PathError
	shown := safename.Display(list, maxPath)
	switch {
	case errors.As(err, &syntax):
		return control.Fail(control.ExitFailed, control.WordNoMD5List, shown, strconv.Itoa(syntax.Line))
	case errors.Is(err, context.Canceled):
		return control.Fail(control.ExitFailed, control.WordCancelled)
	case errors.As(err, &problem):
		return control.Fail(control.ExitFailed, control.WordNoFile, shown, problem.Err.Error())
	}
	return err
}
