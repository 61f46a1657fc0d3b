{{/* The flags that the server and the worker share. */}}
{{- define "reeve.flags" -}}
- --base-url={{ .Values.baseURL }}
- --operations=:9090
- --log-level={{ .Values.logLevel }}
{{- if .Values.advisories.existingClaim }}
- --advisories=/var/lib/advisories/advisories.db
{{- end }}
{{- end }}

{{/* The pod of the server and of the worker. It gets the chart as "top", and "part", "args", "resources" and "ports". */}}
{{- define "reeve.pod" -}}
{{- $top := .top -}}
metadata:
  labels:
    {{- include "reeve.selector" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
    {{- with $top.Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $top.Values.podAnnotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "reeve.account" $top }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 60
  {{- with $top.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $top.Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: {{ .part }}
      image: {{ include "reeve.image" $top | quote }}
      imagePullPolicy: {{ $top.Values.image.pullPolicy }}
      args: {{ toYaml .args | nindent 8 }}
      env:
        - name: REEVE_DATABASE
          value: "@/run/secrets/reeve/database/address"
        - name: XDG_STATE_HOME # what can be made again
          value: /tmp
        {{- with $top.Values.traces.endpoint }}
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: OTEL_EXPORTER_OTLP_ENDPOINT
          value: {{ . | quote }}
        - name: OTEL_RESOURCE_ATTRIBUTES
          value: {{ printf "k8s.namespace.name=%s,k8s.pod.name=$(POD_NAME)" $top.Release.Namespace | quote }}
        {{- end }}
        {{- with $top.Values.extraEnv }}{{ toYaml . | nindent 8 }}{{ end }}
      ports: {{ toYaml .ports | nindent 8 }}
      startupProbe: # the index is read first, which takes some seconds for a million findings
        httpGet: {path: /readyz, port: operations}
        periodSeconds: 5
        timeoutSeconds: 6
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /healthz, port: operations}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: operations}
        periodSeconds: 5
        timeoutSeconds: 6
        failureThreshold: 2
      lifecycle: # load balancers hear of the end before it comes
        preStop:
          sleep: {seconds: 5}
      resources: {{ toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - {name: spool, mountPath: /tmp}
        - {name: database, mountPath: /run/secrets/reeve/database, readOnly: true}
        {{- if and $top.Values.oidc.issuer $top.Values.oidc.existingSecret (eq .part "server") }}
        - {name: oidc, mountPath: /run/secrets/reeve/oidc, readOnly: true}
        {{- end }}
        {{- if $top.Values.advisories.existingClaim }}
        - {name: advisories, mountPath: /var/lib/advisories, readOnly: true}
        {{- end }}
  volumes:
    - name: spool
      emptyDir:
        sizeLimit: {{ $top.Values.spool.sizeLimit }}
    - name: database
      secret:
        secretName: {{ $top.Values.database.existingSecret }}
        defaultMode: 0440
        items:
          - {key: {{ $top.Values.database.key | quote }}, path: address}
    {{- if and $top.Values.oidc.issuer $top.Values.oidc.existingSecret (eq .part "server") }}
    - name: oidc
      secret:
        secretName: {{ $top.Values.oidc.existingSecret }}
        defaultMode: 0440
        items:
          - {key: {{ $top.Values.oidc.key | quote }}, path: client-secret}
    {{- end }}
    {{- with $top.Values.advisories.existingClaim }}
    - name: advisories
      persistentVolumeClaim:
        claimName: {{ . }}
        readOnly: true
    {{- end }}
  {{- with $top.Values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $top.Values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- if $top.Values.affinity }}
  affinity: {{ toYaml $top.Values.affinity | nindent 4 }}
  {{- else }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "reeve.selector" $top | nindent 10 }}
          app.kubernetes.io/component: {{ .part }}
  {{- end }}
{{- end }}
