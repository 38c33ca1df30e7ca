package netcore

import (
	"path/filepath"
	"strings"

	"lanyard/netcore/store"
)

// The kinds of files that {type} stands for, which are names of folders.
const (
	TypeImages    = "images"
	TypeVideo     = "video"
	TypeAudio     = "audio"
	TypeDocuments = "documents"
	TypeArchives  = "archives"
	TypePrograms  = "programs"
	TypeFolders   = "folders"
	TypeOther     = "other" // something else, or several
)

// extensions are those of each kind, of what people send each other.
var extensions = map[string]string{
	TypeImages: "jpg jpeg jpe png gif bmp webp heic heif avif tif tiff svg ico raw cr2 cr3 nef arw dng orf rw2 psd ai eps xcf",
	TypeVideo:  "mp4 m4v mkv mov avi wmv flv webm mpg mpeg m2ts mts 3gp rm rmvb vob ogv",
	TypeAudio:  "mp3 wav flac aac m4a ogg oga opus wma aiff aif ape amr mid midi",
	TypeDocuments: "pdf doc docx docm dot dotx xls xlsx xlsm csv tsv ppt pptx pps ppsx odt ods odp rtf txt md tex epub mobi " +
		"wps et dps pages numbers key html htm xml json yaml yml log srt ass",
	TypeArchives: "zip rar 7z tar gz tgz bz2 tbz2 xz txz zst lz4 lzma cab iso img dmg",
	TypePrograms: "exe msi msix appx bat cmd ps1 com scr jar apk ipa app deb rpm appimage run sh pkg",
}

// typesByExtension is extensions the other way round.
var typesByExtension = byExtension()

func byExtension() map[string]string {
	kinds := map[string]string{}
	for kind, list := range extensions {
		for extension := range strings.FieldsSeq(list) {
			kinds[extension] = kind
		}
	}
	return kinds
}

// TypeOf returns the kind of a file by its name, or that of a folder.
func TypeOf(name string, folder bool) string {
	if folder {
		return TypeFolders
	}
	extension := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	if kind, ok := typesByExtension[extension]; ok {
		return kind
	}
	return TypeOther
}

// typeOfRoots returns the kind of what was chosen to be sent.
func typeOfRoots(roots []store.TransferRoot) string {
	kind := ""
	for _, root := range roots {
		switch one := TypeOf(root.Name, root.Dir); kind {
		case "", one:
			kind = one
		default:
			return TypeOther
		}
	}
	if kind == "" {
		return TypeOther
	}
	return kind
}
