package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// readGitleaks reads a JSON report of gitleaks: a list.
func readGitleaks(report string) ([]sighting, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var findings []struct {
		Secret, RuleID, File, Commit string
		StartLine                    int
	}
	if err := json.Unmarshal(data, &findings); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var list []sighting
	for _, f := range findings {
		list = append(list, sighting{value: f.Secret, rule: f.RuleID, path: f.File, commit: f.Commit, line: f.StartLine})
	}
	return list, nil
}

// readTrufflehog reads what trufflehog prints: one JSON object a line.
func readTrufflehog(report string) ([]sighting, error) {
	f, err := os.Open(report)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []sighting
	lines := json.NewDecoder(bufio.NewReader(f))
	for {
		var one struct {
			Raw, DetectorName string
			SourceMetadata    struct {
				Data struct {
					Git struct {
						Commit, File string
						Line         int
					}
				}
			}
		}
		if err := lines.Decode(&one); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		at := one.SourceMetadata.Data.Git
		list = append(list, sighting{value: one.Raw, rule: one.DetectorName, path: at.File, commit: at.Commit, line: at.Line})
	}
}

// shape describes a value without giving it away: its length and what it is made of.
func shape(value string) string {
	const (
		digits  = "0123456789"
		hex     = digits + "abcdefABCDEF"
		letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	)
	for _, kind := range []struct{ name, of string }{
		{"digits", digits}, {"hex", hex}, {"letters", letters}, {"alphanumeric", letters + digits}, {"base64", letters + digits + "+/=-_"},
	} {
		if strings.Trim(value, kind.of) == "" {
			return fmt.Sprintf("%d %s", len(value), kind.name)
		}
	}
	return fmt.Sprintf("%d mixed", len(value))
}
