package classic

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore/classic"
)

// begin starts the session of the form. What lets others run commands here is
// asked for before, with what that means.
func (f *formPane) begin() {
	options, ok := f.read()
	if !ok || f.busy {
		return
	}
	protocol, _ := classic.Lookup(string(options.Protocol))
	role := f.side()
	if protocol.Runs != role {
		f.launch(protocol, role, options)
		return
	}
	f.ask(lang.L("Let the other side run commands here?"),
		lang.L("Whoever reaches this address can then run any command as you: read, change and delete your files. There is no password and no encryption. unix:PATH lets nobody in but you. Every command is shown as it comes."),
		func() {
			options.AllowCommands = true
			f.launch(protocol, role, options)
		})
}

// ask asks before something with consequences.
func (f *formPane) ask(title, sentence string, yes func()) {
	kit.Confirm(f.page.ui, f.page.host.Window, title, sentence, lang.L("Allow it"), lang.L("Cancel"),
		func(context.Context) error { return nil }, yes)
}

// launch starts a session, and opens it.
func (f *formPane) launch(protocol classic.Protocol, role classic.Role, options classic.Options) {
	f.busy = true
	f.start.Disable()
	f.say("")
	page := f.page
	one := newLive(page.sessions.number(), protocol, role)
	options.Events, options.Wire = one.event, one.record
	kit.Do(page.ui, func(context.Context) error { return one.start(page.sessions, options) }, func(err error) {
		f.busy = false
		f.start.Enable()
		switch {
		case classic.ReasonOf(err) == classic.NeedRemote:
			f.ask(lang.L("Let other PCs run commands here?"),
				lang.L("At this address every PC of the network can run any command as you, not only this one."),
				func() {
					options.AllowRemote = true
					f.launch(protocol, role, options)
				})
		case err != nil:
			f.say(errorWords(err))
		default:
			one.follow(page.reload.Trigger)
			page.ui.Go(one.run)
			page.open(one)
		}
	})
}

// start starts the session of a live one. It lives until it is closed: a page is
// made again when the language changes, and takes no session along.
func (l *live) start(sessions *Sessions, options classic.Options) (err error) {
	begin := classic.Serve
	if l.role == classic.RoleDial {
		begin = classic.Dial
	}
	l.session, err = begin(context.Background(), options)
	if err == nil && !sessions.add(l) {
		err = l.session.Close()
	}
	return err
}

// stop ends a session.
func (p *Page) stop(l *live) {
	kit.Do(p.ui, func(context.Context) error { return l.session.Close() }, func(error) { p.show() })
}
