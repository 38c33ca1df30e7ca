package kit

import "fyne.io/fyne/v2"

// Show shows or hides an object; what is so already costs nothing.
func Show(object fyne.CanvasObject, visible bool) {
	switch {
	case visible && !object.Visible():
		object.Show()
	case !visible && object.Visible():
		object.Hide()
	}
}
