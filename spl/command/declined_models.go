package command

// Commands of the Machine Learning Toolkit. They train models or use trained ones,
// which are files of a Splunk server.
var (
	applyCommand = Command{
		Name: "apply", Kind: DatasetProcessing,
		Summary:  "Adds the predictions of a trained model.",
		Usage:    "apply <model> [AS <field>]",
		Declined: needsModels,
	}
	fitCommand = Command{
		Name: "fit", Kind: DatasetProcessing,
		Summary:  "Trains a model on the rows.",
		Usage:    "fit <algorithm> <field> FROM <field-list> [INTO <model>]",
		Declined: needsModels,
	}
	summaryCommand = Command{
		Name: "summary", Kind: Generating,
		Summary:  "Shows what a trained model holds.",
		Usage:    "summary <model>",
		Declined: needsModels,
	}
)

const needsModels = "it needs the models of Splunk's Machine Learning Toolkit, which are not read"
