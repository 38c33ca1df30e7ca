package netcore

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

const (
	// listTime is how long a sender has to send the list of its files.
	listTime = time.Minute
	// listPage is how many entries of such a list are read at once.
	listPage = 1024
)

// preflight prints what accepting an offer would mean, and changes nothing.
func (d *Door) preflight(ctx context.Context, args control.PreflightArgs, emit control.Emit) error {
	transfer, person, err := d.offerOf(ctx, args.Transfer)
	if err != nil {
		return err
	}
	save := string(args.Save)
	if save != "" {
		if err := checkAbsolute(save); err != nil {
			return err
		}
	}
	listing, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	look, err := d.node.Preflight(listing, args.Transfer, save)
	if err != nil {
		return listFailure(ctx, args.Transfer, person.Name, err)
	}
	if err := emit(preflightLine(person, transfer, look)); err != nil {
		return err
	}
	for _, file := range look.Named {
		line := control.PreflightFile{
			Event: control.EventPreflightFile, Index: file.Index, Path: file.Path, Becomes: file.Becomes, Size: file.Size, Kind: string(file.Kind), Reason: string(file.Reason),
		}
		if err := emit(line); err != nil {
			return err
		}
	}
	if !args.Files {
		return nil
	}
	return d.eachOffered(ctx, args.Transfer, person.Name, func(file OfferFile) error {
		return emit(control.OfferFile{
			Event: control.EventOfferFile, Index: file.Index, Path: file.Path, Size: file.Size,
			Folder: file.Folder, Link: file.Link, Reason: string(file.Reason),
		})
	})
}

// preflightLine is the line about what accepting would mean.
func preflightLine(person Person, t Transfer, look Preflight) control.Preflight {
	return control.Preflight{
		Event: control.EventPreflight, Transfer: t.Key, From: person.Name, ID: person.Device.String(), Name: t.Name,
		SaveDir: safename.Escape(look.SaveDir), Count: look.Count, Folders: look.Folders, Links: look.Links, Bytes: look.Bytes,
		Needed: look.Needed, Free: look.Free, Reserve: look.Reserve, Fits: look.Fits, Renamed: look.Renamed,
		Identical: look.Identical, Doubtful: look.Doubtful, Different: look.Different, Unsent: look.Unsent, Wish: string(t.Wish),
	}
}

// eachOffered hands each entry of an offer's list to each, in order.
func (d *Door) eachOffered(ctx context.Context, key int64, name string, each func(OfferFile) error) error {
	listing, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	for from := 0; ; {
		files, err := d.node.OfferFiles(listing, key, from, listPage)
		if err != nil {
			return listFailure(ctx, key, name, err)
		}
		for _, file := range files {
			if err := each(file); err != nil {
				return err
			}
		}
		if len(files) < listPage {
			return nil
		}
		from = files[len(files)-1].Index + 1
	}
}

// listFailure says in a Failure why the list of an offer could not be looked at.
func listFailure(ctx context.Context, key int64, name string, err error) error {
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return control.Fail(control.ExitUnreachable, control.WordNoList, name)
	}
	return transferFailure(key, name, err)
}

// offerOf returns an offer that waits for this user's answer, and who makes it.
func (d *Door) offerOf(ctx context.Context, key int64) (Transfer, Person, error) {
	if err := d.waiting(ctx, key); err != nil {
		return Transfer{}, Person{}, err
	}
	return d.transferOf(ctx, key)
}
