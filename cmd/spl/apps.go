package main

import (
	"os"
	"path/filepath"
	"slices"

	"spl/macros"
	"spl/parser/source"
	"spl/spl/knowledge"
)

// knowledge loads the apps and lookup tables that the flags name, and over their
// macros those of -m and -M. What is wrong with an app stops no search, as in Splunk;
// it is told in notices.
func (a *app) knowledge() (*knowledge.Base, error) {
	var apps []knowledge.App
	for _, dir := range a.flags.apps {
		found, err := findApps(dir)
		if err != nil {
			return nil, err
		}
		apps = append(apps, found...)
	}
	var failed error
	o := knowledge.Options{Override: func(set *macros.Set) source.Errors {
		errs, err := a.overrides(set)
		if failed = err; err == nil {
			failed = errs.Err()
		}
		return nil
	}}
	if a.flags.lookups != "" {
		root, err := os.OpenRoot(a.flags.lookups)
		if err != nil {
			return nil, &failure{"--lookups: " + plainError(a.flags.lookups, err), "give the folder that holds the tables"}
		}
		o.Lookups = root.FS()
	}
	base, errs := knowledge.Load(apps, o)
	if failed != nil {
		return nil, failed
	}
	a.remarks = errs
	a.tellMacros()
	return base, nil
}

// findApps takes a folder for an app when it has an app's folders, and for a folder
// of apps otherwise. Paths within an app cannot lead out of it.
func findApps(dir string) ([]knowledge.App, error) {
	if isApp(dir) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, &failure{"--app: " + plainError(dir, err), ""}
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			abs = dir
		}
		return []knowledge.App{{Name: filepath.Base(abs), FS: root.FS()}}, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, &failure{"--app: " + plainError(dir, err), "give the folder of an app, which holds default or local"}
	}
	var apps []knowledge.App
	for _, e := range entries {
		if sub := filepath.Join(dir, e.Name()); e.IsDir() && isApp(sub) {
			found, err := findApps(sub)
			if err != nil {
				return nil, err
			}
			apps = append(apps, found...)
		}
	}
	if len(apps) == 0 {
		return nil, &failure{"--app: " + dir + ": there is no app in this folder", "an app is a folder that holds default, local, lookups or data"}
	}
	return apps, nil
}

func isApp(dir string) bool {
	return slices.ContainsFunc([]string{"default", "local", "lookups", "data"}, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.IsDir()
	})
}
