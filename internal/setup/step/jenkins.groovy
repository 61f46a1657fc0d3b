// Jenkinsfile: add this stage. The JUnit report shows each blocking finding as a failed test.
stage('reeve') {
    steps {
        sh 'go install github.com/reevehq/reeve/cmd/reeve@v0.1.0'
        sh '"$(go env GOPATH)/bin/reeve" advisories update'
        sh '"$(go env GOPATH)/bin/reeve" gate --format text --output reeve.xml:junit'
    }
    post {
        always { junit testResults: 'reeve.xml', allowEmptyResults: true }
    }
}
