{{- define "scheduling.name" -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "scheduling.labels" -}}
app.kubernetes.io/name: orleans-scheduling
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "scheduling.claim" -}}
{{- .Values.keys.existingClaim | default (printf "%s-keys" (include "scheduling.name" .)) -}}
{{- end -}}
