package ingest

// infrastructureFormats are the tools that read infrastructure as code, clusters and images.
func infrastructureFormats() []Format {
	return []Format{
		checkovFormat, kicsFormat, tfsecFormat, terrascanFormat, cfnNagFormat, cfnLintFormat, conftestFormat, hadolintFormat, dockleFormat,
		kubeBenchFormat, kubeScoreFormat, kubescapeFormat, polarisFormat, kubeLinterFormat, gatekeeperFormat,
	}
}
