package command

// Table lists all commands, in alphabetical order. It is the one list: everything
// that needs to know which commands there are reads it.
func Table() []*Command { return table }

var table []*Command

// The table is filled here and not where it is declared, since some commands look
// others up in it.
func init() {
	table = []*Command{
		&convertCommand,
		&dedupCommand,
		&evalCommand,
		&fieldsCommand,
		&fillnullCommand,
		&headCommand,
		&makeresultsCommand,
		&renameCommand,
		&reverseCommand,
		&searchCommand,
		&sortCommand,
		&statsCommand,
		&tableCommand,
		&tailCommand,
		&whereCommand,
	}
}
