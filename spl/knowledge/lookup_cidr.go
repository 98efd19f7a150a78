package knowledge

import (
	"net/netip"
	"slices"

	"spl/eval/batch"
)

// parseNetwork reads a network; an address by itself is a network of one. ok is
// false for any other text, which matches nothing.
func parseNetwork(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, ok := parseAddress(s)
		return netip.PrefixFrom(a, a.BitLen()), ok
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

func parseAddress(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a.Unmap().WithZone(""), err == nil
}

// cidrMatches says whether an address lies in a network.
func cidrMatches(network, address string) bool {
	p, ok := parseNetwork(network)
	if !ok {
		return false
	}
	a, ok := parseAddress(address)
	return ok && p.Contains(a)
}

// networks finds the networks that an address lies in: one question for each length
// of prefix that there is.
type networks struct {
	rows  map[netip.Prefix][]int32
	bits  [2][]int // lengths of prefixes: of IPv4, of IPv6
	blank []int32  // rows without a network, which match the empty text
}

func newNetworks(c *batch.Column, rows []int32) *networks {
	n := &networks{rows: map[netip.Prefix][]int32{}}
	for _, r := range rows {
		vals := c.Values(int(r))
		if len(vals) == 0 {
			n.blank = append(n.blank, r)
		}
		for _, v := range vals {
			p, ok := parseNetwork(v)
			if !ok {
				continue
			}
			n.rows[p] = append(n.rows[p], r)
			if k := family(p.Addr()); !slices.Contains(n.bits[k], p.Bits()) {
				n.bits[k] = append(n.bits[k], p.Bits())
			}
		}
	}
	return n
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// find is part of finder.
func (n *networks) find(value string) []int32 {
	if value == "" {
		return n.blank
	}
	a, ok := parseAddress(value)
	if !ok {
		return nil
	}
	var out []int32
	for _, bits := range n.bits[family(a)] {
		if p, err := a.Prefix(bits); err == nil {
			out = append(out, n.rows[p]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
