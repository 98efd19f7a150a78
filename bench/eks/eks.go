// Package eks makes Kubernetes audit events as an EKS cluster writes them, for
// benchmarks: about 1 KB each, the same for the same seed, about one in a thousand
// a match of the anonymous pod scan detection.
//
// They are realistic where it matters to a reader of them: key order as the API
// server gives it with now and then another, some escaped text, some events with
// several addresses, thousands of users who each come from a few addresses, times that
// ascend.
package eks

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"time"
)

// Generator makes events one after the other. Its zero value does not work; see New.
type Generator struct {
	r    *rand.Rand
	now  time.Time
	line []byte
}

// New makes a generator. Equal seeds give equal events.
func New(seed uint64) *Generator {
	return &Generator{r: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)}
}

var (
	verbs     = []string{"get", "get", "get", "list", "watch", "watch", "update", "patch", "create", "delete"}
	resources = []string{"pods", "configmaps", "secrets", "leases", "endpoints", "services", "deployments", "nodes", "events", "replicasets"}
	spaces    = []string{"default", "kube-system", "monitoring", "payments", "ingress-nginx", "argocd", "web", "batch"}
	agents    = []string{
		"kubelet/v1.29.1 (linux/amd64) kubernetes/abcdef0", "kube-controller-manager/v1.29.1 (linux/amd64) kubernetes/abcdef0/leader-election",
		"kubectl/v1.29.1 (darwin/arm64) kubernetes/abcdef0", "argocd-application-controller/v0.0.0 (linux/amd64) kubernetes/$Format",
		"prometheus-operator/v0.71.2", "coredns/1.11.1", "Go-http-client/2.0", "aws-load-balancer-controller/v2.7.0",
	}
	scanners = []string{"curl/8.4.0", "kube-hunter/0.6.8", "python-requests/2.31.0", "masscan/1.3"}
)

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// Next gives the next event as a line without its end. The slice is good until the
// next call.
func (g *Generator) Next() []byte {
	g.now = g.now.Add(time.Duration(1+g.r.IntN(40)) * time.Millisecond)
	g.line = g.line[:0]
	if g.r.IntN(1000) == 0 {
		g.scan()
	} else {
		g.ordinary()
	}
	return g.line
}

func (g *Generator) add(format string, args ...any) { g.line = fmt.Appendf(g.line, format, args...) }

func (g *Generator) address(private bool) string {
	if private {
		return fmt.Sprintf("10.%d.%d.%d", g.r.IntN(4), g.r.IntN(256), 1+g.r.IntN(254))
	}
	return fmt.Sprintf("%d.%d.%d.%d", 1+g.r.IntN(223), g.r.IntN(256), g.r.IntN(256), 1+g.r.IntN(254))
}

// addressOf is one of the addresses that a user comes from; each has a few.
func (g *Generator) addressOf(user string) string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, user)
	n := h.Sum32() + uint32(g.r.IntN(20))*2654435761
	return fmt.Sprintf("10.%d.%d.%d", n>>30, n>>20&255, 1+n>>8%254)
}

// scan is an anonymous list of pods.
func (g *Generator) scan() {
	uri, user := "/api/v1/pods", "system:anonymous"
	switch g.r.IntN(20) {
	case 0: // as some writers escape it
		uri, user = `\/api\/v1\/pods`, `\u0073ystem:anonymous`
	case 1:
		user = "System:anonymous"
	}
	ips := `"` + g.address(false) + `"`
	if g.r.IntN(10) == 0 {
		ips += `,"` + g.address(true) + `"`
	}
	g.event(user, `"system:unauthenticated"`, "list", "pods", "", uri, pick(g.r, scanners), ips, 403)
}

func (g *Generator) ordinary() {
	ns, res, verb := pick(g.r, spaces), pick(g.r, resources), pick(g.r, verbs)
	user := fmt.Sprintf("system:serviceaccount:%s:app-%d", ns, g.r.IntN(400))
	groups := fmt.Sprintf(`"system:serviceaccounts","system:serviceaccounts:%s","system:authenticated"`, ns)
	switch g.r.IntN(6) {
	case 0:
		user = fmt.Sprintf("system:node:ip-10-0-%d-%d.eu-west-1.compute.internal", g.r.IntN(8), g.r.IntN(250))
		groups = `"system:nodes","system:authenticated"`
	case 1:
		user = fmt.Sprintf("arn:aws:iam::111122223333:user/dev-%d", g.r.IntN(60))
		groups = `"system:authenticated"`
	}
	uri := fmt.Sprintf("/api/v1/namespaces/%s/%s/app-%d", ns, res, g.r.IntN(5000))
	if verb == "list" || verb == "watch" {
		uri = fmt.Sprintf("/api/v1/namespaces/%s/%s?limit=500&resourceVersion=%d", ns, res, g.r.IntN(1e8))
	}
	code := 200
	switch {
	case verb == "create":
		code = 201
	case g.r.IntN(40) == 0:
		code = 404
	case g.r.IntN(300) == 0:
		code = 403
	}
	ips := `"` + g.addressOf(user) + `"`
	if g.r.IntN(25) == 0 {
		ips = `"` + g.address(false) + `",` + ips
	}
	g.event(user, groups, verb, res, ns, uri, pick(g.r, agents), ips, code)
}

func (g *Generator) event(user, groups, verb, res, ns, uri, agent, ips string, code int) {
	at := g.now.Format("2006-01-02T15:04:05.000000Z")
	end := g.now.Add(time.Duration(g.r.IntN(9000)) * time.Microsecond).Format("2006-01-02T15:04:05.000000Z")
	id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", g.r.Uint32(), g.r.IntN(1<<16), g.r.IntN(1<<12), g.r.IntN(1<<12), g.r.Int64N(1<<48))
	status := fmt.Sprintf(`"responseStatus":{"metadata":{},"code":%d}`, code)
	if code >= 400 {
		reason := map[int]string{403: "Forbidden", 404: "NotFound"}[code]
		status = fmt.Sprintf(`"responseStatus":{"metadata":{},"status":"Failure","message":"%s \"%s\" is %s","reason":"%s","details":{"kind":"%s"},"code":%d}`, res, verb, reason, reason, res, code)
	}
	who := fmt.Sprintf(`"user":{"username":"%s","uid":"%x","groups":[%s],"extra":{"authentication.kubernetes.io/pod-name":["app-%d"],"authentication.kubernetes.io/pod-uid":["%s"]}}`, user, g.r.Uint64(), groups, g.r.IntN(5000), id)
	ref := fmt.Sprintf(`"objectRef":{"resource":"%s","namespace":"%s","name":"app-%d","apiVersion":"v1"}`, res, ns, g.r.IntN(5000))
	note := fmt.Sprintf(`"annotations":{"authorization.k8s.io/decision":"%s","authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"app-%d/%s\" of Role \"app\" to ServiceAccount \"app/%s\""}`, map[bool]string{true: "allow", false: "forbid"}[code != 403], g.r.IntN(400), ns, ns)
	if g.r.IntN(50) == 0 { // some writers order keys by name
		g.add(`{%s,"apiVersion":"audit.k8s.io/v1","auditID":"%s","kind":"Event","level":"Metadata",%s,"requestReceivedTimestamp":"%s","requestURI":"%s",%s,"sourceIPs":[%s],"stage":"ResponseComplete","stageTimestamp":"%s",%s,"userAgent":"%s","verb":"%s"}`,
			note, id, ref, at, uri, status, ips, end, who, agent, verb)
		return
	}
	g.add(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%s","stage":"ResponseComplete","requestURI":"%s","verb":"%s",%s,"sourceIPs":[%s],"userAgent":"%s",%s,%s,"requestReceivedTimestamp":"%s","stageTimestamp":"%s",%s}`,
		id, uri, verb, who, ips, agent, ref, status, at, end, note)
}

// Write writes n events, one a line.
func (g *Generator) Write(w io.Writer, n int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for range n {
		_, _ = b.Write(g.Next())
		_ = b.WriteByte('\n')
	}
	return b.Flush()
}
