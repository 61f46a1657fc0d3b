package sbom

// The same small project in every format that is read: an application that needs alpha, alpha needs beta, and tests need gamma.
const (
	sampleCycloneJSON = `{
  "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000001", "version": 1,
  "metadata": {"timestamp": "2024-05-06T07:08:09+02:00", "component": {"type": "application", "bom-ref": "root", "name": "shop", "version": "1.0.0", "purl": "pkg:npm/shop@1.0.0"}},
  "components": [
    {"type": "library", "bom-ref": "a", "name": "alpha", "version": "1.1.0", "purl": "pkg:npm/alpha@1.1.0", "scope": "required",
     "licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "Apache-2.0"}}],
     "hashes": [{"alg": "MD5", "content": "0cc175b9c0f1b6a831c399e269772661"}, {"alg": "SHA-1", "content": "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8"}],
     "evidence": {"occurrences": [{"location": "package-lock.json"}]},
     "components": [{"type": "library", "bom-ref": "b", "group": "@x", "name": "beta", "version": "2.0.0", "purl": "pkg:npm/%40x/beta@2.0.0", "licenses": [{"expression": "MIT OR ISC"}]}]},
    {"type": "library", "bom-ref": "c", "name": "gamma", "version": "3.0.0", "purl": "pkg:npm/gamma@3.0.0", "scope": "excluded", "licenses": [{"license": {"name": "Our own words", "text": {"content": "long"}}}]},
    {"type": "file", "bom-ref": "f", "name": "package-lock.json"}
  ],
  "dependencies": [{"ref": "root", "dependsOn": ["a", "c"]}, {"ref": "a", "dependsOn": ["b", "a"]}, {"ref": "b"}],
  "vulnerabilities": [{"id": "CVE-2024-0001"}]
}`
	sampleCycloneXML = `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:00000000-0000-4000-8000-000000000001" version="1">
  <metadata><timestamp>2024-05-06T05:08:09Z</timestamp>
    <component type="application" bom-ref="root"><name>shop</name><version>1.0.0</version><purl>pkg:npm/shop@1.0.0</purl></component></metadata>
  <components>
    <component type="library" bom-ref="a"><name>alpha</name><version>1.1.0</version><description><![CDATA[<b>bold</b>]]></description>
      <hashes><hash alg="SHA-1">86f7e437faa5a7fce15d1ddcb9eaeaea377667b8</hash></hashes>
      <licenses><license><id>MIT</id></license><license><id>Apache-2.0</id><url>https://example.com</url></license></licenses>
      <purl>pkg:npm/alpha@1.1.0</purl>
      <components><component type="library" bom-ref="b"><group>@x</group><name>beta</name><version>2.0.0</version>
        <licenses><expression>MIT OR ISC</expression></licenses><purl>pkg:npm/%40x/beta@2.0.0</purl></component></components>
      <evidence><occurrences><occurrence><location>package-lock.json</location></occurrence></occurrences></evidence>
    </component>
    <component type="library" bom-ref="c"><name>gamma</name><version>3.0.0</version><scope>excluded</scope>
      <licenses><license><name>Our own words</name></license></licenses><purl>pkg:npm/gamma@3.0.0</purl></component>
    <component type="file" bom-ref="f"><name>package-lock.json</name></component>
  </components>
  <dependencies>
    <dependency ref="root"><dependency ref="a"/><dependency ref="c"/></dependency>
    <dependency ref="a"><dependency ref="b"/><dependency ref="a"/></dependency>
  </dependencies>
</bom>`
	sampleSPDXJSON = `{
  "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "shop", "dataLicense": "CC0-1.0",
  "documentNamespace": "https://example.com/shop-1",
  "creationInfo": {"created": "2024-05-06T05:08:09Z", "creators": ["Tool: by hand"]},
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"},
    {"spdxElementId": "SPDXRef-root", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-b", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-c", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-root"},
    {"spdxElementId": "SPDXRef-root", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-f"}
  ],
  "files": [{"SPDXID": "SPDXRef-f", "fileName": "./package-lock.json"}],
  "packages": [
    {"SPDXID": "SPDXRef-root", "name": "shop", "versionInfo": "1.0.0", "downloadLocation": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
     "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/shop@1.0.0"}]},
    {"SPDXID": "SPDXRef-a", "name": "alpha", "versionInfo": "1.1.0", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT AND Apache-2.0",
     "checksums": [{"algorithm": "SHA1", "checksumValue": "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"}],
     "externalRefs": [{"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:alpha:alpha:1.1.0:*:*:*:*:*:*:*"},
       {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/alpha@1.1.0"}],
     "annotations": [{"annotationDate": "2024-05-06T05:08:09Z", "annotationType": "OTHER", "annotator": "Tool: x", "comment": "reeve:file=package-lock.json"}]},
    {"SPDXID": "SPDXRef-b", "name": "beta", "versionInfo": "2.0.0", "licenseConcluded": "MIT OR ISC", "licenseDeclared": "NOASSERTION",
     "externalRefs": [{"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/%40x/beta@2.0.0"}]},
    {"SPDXID": "SPDXRef-c", "name": "gamma", "versionInfo": "3.0.0", "licenseDeclared": "LicenseRef-own",
     "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/gamma@3.0.0"}]}
  ],
  "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-own", "extractedText": "Do as you like.", "name": "Our own words"}]
}`
	sampleSPDXTag = `# written by hand
SPDXVersion: SPDX-2.2
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: shop
DocumentNamespace: https://example.com/shop-1
Creator: Tool: by hand
Created: 2024-05-06T05:08:09Z
CreatorComment: <text>over
PackageName: not a package
two lines</text>

PackageName: shop
SPDXID: SPDXRef-root
PackageVersion: 1.0.0
PrimaryPackagePurpose: APPLICATION
PackageDownloadLocation: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:npm/shop@1.0.0

PackageName: alpha
SPDXID: SPDXRef-a
PackageVersion: 1.1.0
PackageChecksum: SHA1: 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: MIT AND Apache-2.0
ExternalRef: SECURITY cpe23Type cpe:2.3:a:alpha:alpha:1.1.0:*:*:*:*:*:*:*
ExternalRef: PACKAGE-MANAGER purl pkg:npm/alpha@1.1.0

FileName: ./package-lock.json
SPDXID: SPDXRef-f
LicenseConcluded: NOASSERTION

PackageName: beta
SPDXID: SPDXRef-b
PackageVersion: 2.0.0
PackageLicenseConcluded: MIT OR ISC
ExternalRef: PACKAGE-MANAGER purl pkg:npm/%40x/beta@2.0.0

PackageName: gamma
SPDXID: SPDXRef-c
PackageVersion: 3.0.0
PackageLicenseDeclared: LicenseRef-own
ExternalRef: PACKAGE-MANAGER purl pkg:npm/gamma@3.0.0

LicenseID: LicenseRef-own
ExtractedText: <text>Do as
you like.</text>
LicenseName: Our own words

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-root
Relationship: SPDXRef-root DEPENDS_ON SPDXRef-a
Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b
Relationship: SPDXRef-c DEV_DEPENDENCY_OF SPDXRef-root

Annotator: Tool: x
AnnotationDate: 2024-05-06T05:08:09Z
AnnotationComment: <text>reeve:file=package-lock.json</text>
AnnotationType: OTHER
SPDXREF: SPDXRef-a
`
	sampleSPDX3 = `{
  "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
  "@graph": [
    {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1", "created": "2024-05-06T05:08:09Z", "createdBy": ["https://example.com/me"]},
    {"type": "SpdxDocument", "spdxId": "https://example.com/shop-1", "creationInfo": "_:made", "name": "shop", "rootElement": ["urn:sbom"], "profileConformance": ["core", "software"]},
    {"type": "software_Sbom", "spdxId": "urn:sbom", "creationInfo": "_:made", "rootElement": ["urn:root"]},
    {"type": "Relationship", "spdxId": "urn:r1", "from": "urn:root", "relationshipType": "dependsOn", "to": ["urn:a"]},
    {"type": "Relationship", "spdxId": "urn:r2", "from": "urn:a", "relationshipType": "dependsOn", "to": ["urn:b"]},
    {"type": "LifecycleScopedRelationship", "spdxId": "urn:r3", "from": "urn:root", "relationshipType": "dependsOn", "scope": "development", "to": "urn:c"},
    {"type": "Relationship", "spdxId": "urn:r4", "from": "urn:a", "relationshipType": "hasDeclaredLicense", "to": ["urn:l1"]},
    {"type": "Relationship", "spdxId": "urn:r5", "from": "urn:b", "relationshipType": "hasConcludedLicense", "to": ["urn:l2"]},
    {"type": "Relationship", "spdxId": "urn:r6", "from": "urn:c", "relationshipType": "hasDeclaredLicense", "to": ["urn:l3"]},
    {"type": "Relationship", "spdxId": "urn:r7", "from": "urn:c", "relationshipType": "hasConcludedLicense", "to": ["urn:l2"]},
    {"type": "software_Package", "spdxId": "urn:root", "name": "shop", "software_packageVersion": "1.0.0", "software_packageUrl": "pkg:npm/shop@1.0.0", "software_primaryPurpose": "application"},
    {"spdxId": "urn:a", "name": "alpha", "software_packageVersion": "1.1.0", "software_packageUrl": "pkg:npm/alpha@1.1.0",
     "verifiedUsing": [{"type": "PackageVerificationCode", "algorithm": "sha1", "hashValue": "0000000000000000000000000000000000000000"}, {"type": "Hash", "algorithm": "sha1", "hashValue": "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"}],
     "type": "software_Package"},
    {"type": "software_Package", "spdxId": "urn:b", "name": "beta", "software_packageVersion": "2.0.0", "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/%40x/beta@2.0.0"}]},
    {"type": "software_Package", "spdxId": "urn:c", "name": "gamma", "software_packageUrl": "pkg:npm/gamma@3.0.0"},
    {"type": "software_File", "spdxId": "urn:f", "name": "package-lock.json"},
    {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l1", "simplelicensing_licenseExpression": "MIT AND Apache-2.0"},
    {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l2", "simplelicensing_licenseExpression": "MIT OR ISC"},
    {"type": "expandedlicensing_CustomLicense", "spdxId": "urn:l3", "name": "Our own words", "simplelicensing_licenseText": "Do as you like."}
  ]
}`
)

func samples() map[string]string {
	return map[string]string{
		"CycloneDX JSON": sampleCycloneJSON, "CycloneDX XML": sampleCycloneXML, "SPDX 2 JSON": sampleSPDXJSON, "SPDX 2 tag-value": sampleSPDXTag, "SPDX 3": sampleSPDX3,
	}
}
