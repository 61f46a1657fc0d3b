package vex

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRead_realDocuments reads real documents where REEVE_DATA is a folder that holds them.
func TestRead_realDocuments(t *testing.T) {
	folder := os.Getenv("REEVE_DATA")
	if folder == "" {
		t.Skip("REEVE_DATA is not set")
	}
	for _, c := range []struct {
		file                          string
		flaws, statements, suppresses int // suppresses counts valid statements that do
	}{
		{"openvex-affected.json", 1, 1, 0},
		{"openvex-not-affected.json", 1, 1, 1},
		{"openvex-nodejs.json", 182, 183, 183},
		{"csaf-vex-evd-uc-01-not-affected.json", 1, 1, 1},
		{"csaf-vex-evd-uc-01-fixed.json", 1, 1, 1},
		{"csaf-vex-evd-uc-03-multi-status.json", 19, 19, 9},
		{"csaf-bsi-2022-0001.json", 1, 2, 1},
		{"csaf-rhsa.json", 1, 2, 1},
		{"cdx-vex-affected.json", 1, 1, 0},
		{"cdx-vex-unaffected.json", 1, 1, 1},
	} {
		t.Run(c.file, func(t *testing.T) {
			f, err := os.Open(filepath.Join(folder, "vex", c.file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			list, err := Read(c.file, f)
			if err != nil {
				t.Fatal(err)
			}
			flaws, suppresses := map[string]bool{}, 0
			for _, s := range list {
				flaws[s.Flaws[0]] = true
				if len(s.Products) == 0 || s.Author == "" && c.file[:3] != "cdx" || s.At.IsZero() && c.file[:3] != "cdx" {
					t.Errorf("%+v", s)
				}
				if s.Suppresses() && s.Valid() == nil {
					suppresses++
				}
			}
			if len(flaws) != c.flaws || len(list) != c.statements || suppresses != c.suppresses {
				t.Errorf("%d flaws, %d statements, %d of them suppress; want %+v", len(flaws), len(list), suppresses, c)
			}
		})
	}
}
