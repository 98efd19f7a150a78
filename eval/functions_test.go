package eval

import (
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

func TestConditional(t *testing.T) {
	want{
		{`case(n<1,"a",n<10,"b")`, "b"}, {`case(n>10,"a")`, "NULL"}, {`case(missing=1,"a",true(),"b")`, "b"},
		{`IF(n=5,"y","z")`, "y"}, {`if(missing=1,"y","z")`, "z"}, {`if(n=5,m,0)`, "1|2|3"}, {`if(1=1,"",0)`, ""},
		{`validate(n>1,"small",n<3,"large")`, "large"}, {`validate(n>1,"small")`, "NULL"}, {`validate(missing=1,"a",n=1,"b")`, "b"},
		{`coalesce(missing,"",n)`, ""}, {`coalesce(missing,m)`, "1|2|3"}, {`coalesce(missing)`, "NULL"}, {`ifnull(missing,n)`, "5"},
		{`nullif(n,"5")`, "NULL"}, {`nullif(n,"6")`, "5"}, {`nullif(n,missing)`, "5"}, {`null()`, "NULL"}, {`TRUE()`, "TRUE"}, {`false()`, "FALSE"},
		{`in(n,4,5)`, "TRUE"}, {`n IN ("5.0")`, "TRUE"}, {`"5" IN (missing, n)`, "TRUE"}, {`n IN (missing)`, "NULL"}, {`n IN (1, missing)`, "NULL"},
		{`missing IN (1)`, "NULL"}, {`m IN (3)`, "TRUE"}, {`NOT m IN (4)`, "TRUE"}, {`s IN ("al*")`, "FALSE"}, {`s IN ("Alice")`, "FALSE"}, {`s IN ("alice", "b")`, "TRUE"},
		{`cidrmatch("10.0.0.0/8","10.2.3.4")`, "TRUE"}, {`cidrmatch("10.0.0.0/8","11.2.3.4")`, "FALSE"}, {`cidrmatch("10.0.0.0/8","x")`, "FALSE"},
		{`cidrmatch("x","10.0.0.1")`, "FALSE"}, {`cidrmatch("2001:db8::/32","2001:db8::1")`, "TRUE"}, {`cidrmatch("10.0.0.0/8","::ffff:10.0.0.1")`, "TRUE"},
		{`cidrmatch("10.0.0.1","10.0.0.1")`, "TRUE"}, {`cidrmatch("0.0.0.0/0","1.2.3.4")`, "TRUE"}, {`cidrmatch("0.0.0.0/0","::1")`, "FALSE"},
		{`cidrmatch("10.1.2.3/8",ips)`, "TRUE"}, {`cidrmatch(net,"10.9.9.9")`, "TRUE"}, {`cidrmatch("10.0.0.0/8",missing)`, "NULL"},
	}.run(t, row{"n": one("5"), "m": {"1", "2", "3"}, "s": one("alice"), "ips": {"8.8.8.8", "10.0.0.1"}, "net": one("10.0.0.0/8")})
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		s, pattern string
		want       bool
	}{
		{"abc", "abc", true}, {"abc", "ab", false}, {"abc", "a%", true}, {"abc", "%c", true}, {"abc", "%b%", true}, {"abc", "a%c", true},
		{"abc", "A%", false}, {"abc", "a_c", true}, {"abc", "_%_", true}, {"a", "_%_", false}, {"héé", "h__", true}, {"", "", true}, {"", "%", true}, {"", "_", false},
		{"aXbXc", "a%X%c", true}, {"a", "a%a", false}, {"aa", "a%a", true}, {`C:\Temp\f`, `%\Temp\%`, true}, {"50%", `50\%`, false},
		{"mississippi", "m%i_s%p_", true}, {"mississippi", "m%i_s%x_", false}, {"abcabc", "%abc", true}, {"a*", "a*", true}, {"ab", "a*", false},
		{"\xff", "_", true}, {"日本", "日_", true}, {"日本", "_本", true}, {"ab", "%%", true},
	} {
		if got := newLike(c.pattern).match(c.s); got != c.want {
			t.Errorf("%q LIKE %q is %v", c.s, c.pattern, got)
		}
		if got := likeRunes(c.pattern, c.s); got != c.want {
			t.Errorf("character by character, %q LIKE %q is %v", c.s, c.pattern, got)
		}
	}
	want{
		{`like(s,"al%")`, "TRUE"}, {`s LIKE p`, "TRUE"}, {`s like "x%"`, "FALSE"}, {`missing LIKE "x"`, "NULL"}, {`m LIKE "b%"`, "TRUE"}, {`like(5,"5")`, "TRUE"},
	}.run(t, row{"s": one("alice"), "p": one("%ice"), "m": {"ab", "bc"}})
}

func TestInformation(t *testing.T) {
	want{
		{`isnull(missing)`, "TRUE"}, {`isNull(e)`, "FALSE"}, {`isnotnull(e)`, "TRUE"}, {`isnull(m)`, "FALSE"},
		{`isnum(n)`, "TRUE"}, {`isnum(s)`, "FALSE"}, {`isnum(5)`, "TRUE"}, {`isnum(missing)`, "FALSE"},
		{`isint(n)`, "TRUE"}, {`isint(d)`, "FALSE"}, {`isint("5.0")`, "FALSE"}, {`isint(4/2)`, "TRUE"}, {`isint(1/2)`, "FALSE"},
		{`isstr(n)`, "FALSE"}, {`isstr(s)`, "TRUE"}, {`isstr("5")`, "TRUE"}, {`isstr(5)`, "FALSE"}, {`isstr(missing)`, "FALSE"},
		{`isbool(1=1)`, "TRUE"}, {`isbool(n)`, "FALSE"}, {`isbool(missing=1)`, "FALSE"}, {`ismv(m)`, "TRUE"}, {`ismv(n)`, "FALSE"}, {`ismv(missing)`, "FALSE"},
		{`isarray("[1]")`, "TRUE"}, {`isarray("{}")`, "FALSE"}, {`isobject("{}")`, "TRUE"}, {`isobject("{")`, "FALSE"}, {`isdouble(d)`, "TRUE"}, {`isdouble(n)`, "FALSE"},
		{`typeof(12)`, "Number"}, {`typeof("abc")`, "String"}, {`typeof(1==2)`, "Boolean"}, {`typeof(badfield)`, "Invalid"},
		{`typeof(n)`, "Number"}, {`typeof("5")`, "String"}, {`typeof(m)`, "Multivalue"},
	}.run(t, row{"n": one("5"), "d": one("5.5"), "s": one("abc"), "e": one(""), "m": {"1", "2"}})
}

func TestConversion(t *testing.T) {
	want{
		{`tonumber("0A4",16)`, "164"}, {`tonumber("0x1F",16)`, "31"}, {`tonumber("zz",36)`, "1295"}, {`tonumber("-101",2)`, "-5"}, {`tonumber(bin,2)`, "5"},
		{`tonumber(s)`, "NULL"}, {`tonumber(sp)`, "NULL"}, {`tonumber("16.00")`, "16.00"}, {`tonumber(m)`, "NULL"}, {`tonumber(s,2)`, "NULL"}, {`tonumber(n,n-4)`, "NULL"},
		{`tostring(15,"hex")`, "0xF"}, {`tostring(9,"binary")`, "1001"}, {`tostring(12345.6789,"commas")`, "12,345.68"}, {`tostring(1234567,"commas")`, "1,234,567"},
		{`tostring(123,"commas")`, "123"}, {`tostring(-1234.5,"commas")`, "-1,234.50"}, {`tostring(999.999,"commas")`, "1,000.00"},
		{`tostring(615,"duration")`, "00:10:15"}, {`tostring(90061,"duration")`, "1+01:01:01"}, {`tostring(1.5,"duration")`, "00:00:01.500000"}, {`tostring(-5,"duration")`, "-00:00:05"},
		{`tostring(86400,"duration")`, "1+00:00:00"}, {`tostring(0,"duration")`, "00:00:00"}, {`tostring(61,"Duration")`, "00:01:01"}, {`tostring(15,"HEX")`, "0xF"},
		{`tostring(s,"hex")`, "abc"}, {`tostring(1=1)`, "True"}, {`tostring(1=2)`, "False"}, {`tostring(missing)`, "NULL"}, {`tostring(5)."x"`, "5x"}, {`tostring(m,"hex")`, "0x1|0x2"},
		{`ipmask("0.255.0.255","10.20.30.120")`, "0.20.0.120"}, {`ipmask("255.0.0.0","x")`, "NULL"}, {`ipmask("255.0.0.0","::1")`, "NULL"},
		{`toarray(m)`, "[1,2]"}, {`toarray("[1, 2]")`, "[1,2]"}, {`toarray(s)`, "NULL"}, {`tobool("true")`, "TRUE"}, {`tobool("False")`, "FALSE"}, {`tobool(0)`, "FALSE"}, {`tobool("7")`, "TRUE"}, {`tobool(s)`, "NULL"},
		{`toint(-1.5)`, "-2"}, {`toint(s)`, "NULL"}, {`todouble("1.5")`, "1.5"}, {`toobject("{\"a\": 1}")`, `{"a":1}`}, {`toobject("[]")`, "NULL"},
		{`tomv("[\"a\",1]")`, `"a"|1`}, {`tomv(m)`, "1|2"}, {`tomv(s)`, "abc"},
		{`exact(1.50)`, "1.5"}, {`exact(s)`, "NULL"}, {`sigfig(5)`, "5"},
	}.run(t, row{"n": one("5"), "s": one("abc"), "sp": one(" 5"), "bin": one("101"), "m": {"1", "2"}})
}

func TestPrintf(t *testing.T) {
	want{
		{`printf("%d",123)`, "123"}, {`printf("%i|%u",1.9,2)`, "1|2"}, {`printf("%5d|%-5d|%05d",42,42,42)`, "   42|42   |00042"}, {`printf("%+d|% d",5,5)`, "+5| 5"},
		{`printf("%'d",12345)`, "12,345"}, {`printf("%x %X %p %o",255,255,255,8)`, "ff FF FF 10"}, {`printf("%#x %#o",255,8)`, "0xff 010"}, {`printf("%.3d",7)`, "007"},
		{`printf("%f",1.5)`, "1.500000"}, {`printf("%.2f",3.14159)`, "3.14"}, {`printf("%8.3f|",3.14159)`, "   3.142|"}, {`printf("%*d|%.*f",5,42,1,2.55)`, "   42|2.5"},
		{`printf("%e",12345.678)`, "1.234568e+04"}, {`printf("%E",1)`, "1.000000E+00"}, {`printf("%g|%g|%g",100000,1000000,0.0001)`, "100000|1e+06|0.0001"}, {`printf("%G",1e-10)`, "1E-10"},
		{`printf("%a",3)`, "0x1.8p+1"}, {`printf("%A",1)`, "0X1P+0"},
		{`printf("%c%c",65,"xyz")`, "Ax"}, {`printf("%s is %z",s,1)`, "abc is 1"}, {`printf("%.2s|%5s|%-5s|",s,s,s)`, "ab|  abc|abc  |"}, {`printf("100%%")`, "100%"},
		{`printf("%d",s)`, "NULL"}, {`printf("%d")`, "NULL"}, {`printf("%s",missing)`, "NULL"}, {`printf("%q",1)`, "NULL"}, {`printf("%")`, "NULL"}, {`printf("plain",1)`, "plain"}, {`printf("")`, ""},
		{`printf("%05d",-42)`, "-0042"}, {`printf("%d","17")`, "17"}, {`printf("%-4s|","é")`, "é   |"},
	}.run(t, row{"s": one("abc")})
}

func TestText(t *testing.T) {
	want{
		{`len("héé")`, "3"}, {`length("")`, "0"}, {`len(missing)`, "NULL"}, {`len(m)`, "2|3"}, {`len(123)`, "3"},
		{`lower("ÀB")`, "àb"}, {`UPPER(m)`, "AB|CDE"},
		{`substr("string",1,3)`, "str"}, {`substr("string",-3)`, "ing"}, {`substr("string",0,2)`, "st"}, {`substr("string",3)`, "ring"}, {`substr("string",9)`, ""},
		{`substr("string",2,0)`, ""}, {`substr("string",-9)`, "string"}, {`substr("string",-9,5)`, "st"}, {`substr("string",4,-2)`, "tr"}, {`substr("héllo",2,1)`, "é"}, {`substr("abc","x")`, "NULL"},
		{`substr(m,2)`, "b|de"}, {`substr("abc",1,99999999)`, "abc"},
		{`trim("  a b	")`, "a b"}, {`ltrim(" a ")."|"`, "a |"}, {`rtrim(" a ")."|"`, " a|"}, {`trim("xxaxx","x")`, "a"}, {`ltrim("abcba","ab")`, "cba"}, {`trim(m,"ae")`, "b|cd"},
		{`replace("1/14/2023","^(\d{1,2})/(\d{1,2})/","\2/\1/")`, "14/1/2023"}, {`replace("abc","x","y")`, "abc"}, {`replace("ABC","b","x")`, "ABC"}, {`replace("aaa","a","$1")`, "$1$1$1"},
		{`replace("abc","b","[\0]")`, "a[b]c"}, {`replace(m,"[b-d]","-")`, "a-|--e"}, {`replace("abc",pattern,"x")`, "xbc"}, {`replace(missing,"a","b")`, "NULL"},
		{`split("a,b",",")`, "a|b"}, {`split("abc","")`, "a|b|c"}, {`split("abc","--")`, "abc"}, {`split("a--b","--")`, "a|b"}, {`split("",",")`, ""}, {`split(",",",")`, "|"}, {`mvcount(split(",",","))`, "2"},
		{`urldecode("a%20b+c%2f%zz%")`, "a b+c/%zz%"}, {`urldecode("%E2%82%AC")`, "€"},
		{`commands("search foo | stats count | sort count")`, "search|stats|sort"}, {`commands("| tstats count | eval x=\"a|b\" | append [search y | head 1]")`, "tstats|eval|append"}, {`commands("foo bar")`, "search"},
		{`match("abc","b")`, "TRUE"}, {`match("abc","^b")`, "FALSE"}, {`match("ABC","(?i)b")`, "TRUE"}, {`match("foobar","foo(?!baz)")`, "TRUE"}, {`match(m,"^c")`, "TRUE"}, {`match("abc",pattern)`, "TRUE"}, {`match(missing,"a")`, "NULL"},
		{`if(match(missing,"a"),1,2)`, "2"}, {`match(123,"2")`, "TRUE"},
	}.run(t, row{"m": {"ab", "cde"}, "pattern": one("^a")})
}

func TestMultivalue(t *testing.T) {
	want{
		{`mvappend(missing,missing)`, "NULL"}, {`mvappend(missing,"a")`, "a"}, {`mvappend(m,missing,1)`, "c|a|b|a|1"},
		{`mvcount(m)`, "4"}, {`mvcount(s)`, "1"}, {`mvcount("")`, "1"}, {`mvdedup(m)`, "c|a|b"}, {`mvdedup(s)`, "x"}, {`mvdedup(missing)`, "NULL"},
		{`mvfilter(m="a")`, "a|a"}, {`mvfilter(match(m,"z"))`, "NULL"}, {`mvfilter(s="x")`, "x"}, {`mvfilter(missing=1)`, "NULL"}, {`mvfilter(m>"a" AND m<"c")`, "b"},
		{`mvfind(m,"b")`, "2"}, {`mvfind(m,"z")`, "NULL"}, {`mvfind(missing,"z")`, "NULL"}, {`mvfind(s,"x")`, "0"},
		{`mvindex(m,0)`, "c"}, {`mvindex(m,-2,-1)`, "b|a"}, {`mvindex(m,4)`, "NULL"}, {`mvindex(m,-5)`, "NULL"}, {`mvindex(m,2,1)`, "NULL"}, {`mvindex(m,2,9)`, "b|a"}, {`mvindex(m,-9,0)`, "c"}, {`mvindex(m,7,9)`, "NULL"},
		{`mvindex(s,0)`, "x"}, {`mvindex(m,"z")`, "NULL"}, {`mvindex(m,1,1)`, "a"},
		{`mvjoin(m,", ")`, "c, a, b, a"}, {`mvjoin(s,",")`, "x"}, {`mvjoin(missing,",")`, "NULL"},
		{`mvmap(m,m."!")`, "c!|a!|b!|a!"}, {`mvmap(m,if(m="a",null(),m))`, "c|b"}, {`mvmap(s,s.s)`, "xx"}, {`mvmap(missing,1)`, "NULL"}, {`mvmap(m,split(m.",".m,","))`, "c|c|a|a|b|b|a|a"},
		{`mvmap(mvindex(m,0,1),m.s)`, "cx|ax"}, {`mvmap(split("1 2"," "),5)`, "5|5"}, {`mvmap(m, mvmap(n, m.n))`, "c1|c2|a1|a2|b1|b2|a1|a2"}, {`mvmap(n, mvmap(n, n*10))`, "10|20"},
		{`mvmap(n, n+n)`, "2|4"}, {`mvmap(m, mvcount(m))`, "1|1|1|1"},
		{`mvrange(1,11,2)`, "1|3|5|7|9"}, {`mvrange(0,3)`, "0|1|2"}, {`mvrange(3,0)`, "NULL"}, {`mvrange(3,0,-1)`, "3|2|1"}, {`mvrange(0,3,0)`, "NULL"}, {`mvrange(0,0.3,0.1)`, "0.0|0.1|0.2"},
		{`mvrange(0,259200,"1d")`, "0|86400|172800"}, {`mvrange(0,3,"x")`, "NULL"}, {`mvrange(0,1209600,"7d")`, "0|604800"},
		{`mvreverse(m)`, "a|b|a|c"}, {`mvsort(m)`, "a|a|b|c"}, {`mvsort(split("9 70 100 10"," "))`, "10|100|70|9"}, {`mvzip(m,n)`, "c,1|a,2"}, {`mvzip(m,n,":")`, "c:1|a:2"}, {`mvzip(m,missing)`, "NULL"},
		{`mvjoin(mvsort(m),"")`, "aabc"}, {`mvindex(m,0)`, "c"}, // the field itself stays as it was
		{`mv_to_json_array(m)`, `["c","a","b","a"]`}, {`mv_to_json_array(n)`, `["1","2"]`}, {`mv_to_json_array(n,true())`, `[1,2]`}, {`mv_to_json_array(m,true())`, `[null,null,null,null]`}, {`mv_to_json_array(s)`, `["x"]`},
	}.run(t, row{"m": {"c", "a", "b", "a"}, "n": {"1", "2"}, "s": one("x")})
}

const cities = `[
 {"name":"London","Bridges":[{"name":"Tower Bridge","length":801},{"name":"Millennium Bridge","length":1066}]},
 {"name":"Venice","Bridges":[{"name":"Rialto Bridge","length":157}]},
 {"name":"San Francisco","Bridges":[{"name":"Golden Gate Bridge","length":8981}]}]`

func TestJSON(t *testing.T) {
	want{
		{`json_object()`, "{}"}, {`json_object("a",1,"b","x","c",true(),"d",null(),"e",json_array(1,2),"f",num)`, `{"a":1,"b":"x","c":true,"d":null,"e":[1,2],"f":7}`},
		{`json_object("a",obj)`, `{"a":{"k":1,"x.y":2}}`}, {`json_object("a","[1]")`, `{"a":"[1]"}`}, {`json_object("a")`, "NULL"}, {`json_object(missing,1)`, "NULL"}, {`json_object("a",m)`, `{"a":["p","q"]}`},
		{`json_object("q\"","a\\b")`, `{"q\"":"a\\b"}`}, {`json_object("a",1/3)`, `{"a":0.3333333333333333}`}, {`json_object("a",007)`, `{"a":7}`}, {`json_object("a","5")`, `{"a":"5"}`}, {`json_object("a",sqrt(-1))`, `{"a":null}`},
		{`json_array()`, "[]"}, {`json_array("a",1,null())`, `["a",1,null]`}, {`json("{ \"a\" : 1 }")`, `{"a":1}`}, {`json("{a}")`, "NULL"}, {`json_valid("[1]")`, "TRUE"}, {`json_valid("[1")`, "FALSE"}, {`json_valid("")`, "FALSE"},
		{`json_extract(cities,"{}.name")`, `["London","Venice","San Francisco"]`}, {`json_extract(cities,"{1}")`, `{"name":"Venice","Bridges":[{"name":"Rialto Bridge","length":157}]}`}, {`json_extract(cities,"{2}.Bridges{0}.length")`, "8981"},
		{`json_extract(cities,"{}.Bridges{}.length")`, "[801,1066,157,8981]"}, {`json_extract(cities,"{9}")`, "NULL"}, {`json_extract(cities,"{}.nosuch")`, "NULL"}, {`json_extract(cities,"name")`, "NULL"},
		{`json_extract(cities,"{0}.name","{1}.name","x")`, `["London","Venice",null]`}, {`json_extract("\"a\\u0041\"")`, "aA"}, {`json_extract("1.10")`, "1.10"}, {`json_extract("null")`, "NULL"}, {`json_extract("{bad")`, "NULL"},
		{`json_extract(obj,"k")+1`, "2"}, {`json_extract(obj,"x.y")`, "NULL"}, {`json_extract_exact(obj,"x.y")`, "2"}, {`json_extract_exact(obj,"k","no","x.y")`, "[1,null,2]"}, {`json_extract_exact(obj,"no")`, "NULL"},
		{`json_extract(obj,"a..b")`, "NULL"}, {`json_extract(obj,"{")`, "NULL"}, {`json_extract(obj,"")`, "NULL"}, {`json_extract("{\"*\":1,\"a\":2}","*")`, "1"}, {`json_extract("{\"a|b\":1}","a|b")`, "1"},
		{`json_keys(obj)`, `["k","x.y"]`}, {`json_keys("[1]")`, "NULL"}, {`json_entries(obj)`, `[{"key":"k","value":1},{"key":"x.y","value":2}]`}, {`json_has_key_exact(obj,"x.y")`, "TRUE"}, {`json_has_key_exact(obj,"x")`, "FALSE"},
		{`json_set("{}","a.b",1)`, `{"a":{"b":1}}`}, {`json_set(obj,"k","v","n",true())`, `{"k":"v","x.y":2,"n":true}`}, {`json_set("{\"a\":[{\"b\":1},{\"b\":2}]}","a{}.b",0)`, `{"a":[{"b":0},{"b":0}]}`},
		{`json_set("{\"a\":[1,2]}","a{1}",9)`, `{"a":[1,9]}`}, {`json_set("{\"a\":1}","a.b",2)`, `{"a":1}`}, {`json_set("{\"a\":[1]}","a{5}",2)`, `{"a":[1]}`}, {`json_set("[1]","a",2)`, "[1]"}, {`json_set(missing,"a",2)`, "NULL"},
		{`json_set_exact(obj,"x.y",3,"z.w",4)`, `{"k":1,"x.y":3,"z.w":4}`}, {`json_delete(obj,"k")`, `{"x.y":2}`}, {`json_delete("{\"a\":{\"b\":1,\"c\":2}}","a.b","no")`, `{"a":{"c":2}}`},
		{`json_append("{\"a\":[1]}","a",2,"a",json_array(3))`, `{"a":[1,2,[3]]}`}, {`json_append("{\"a\":1}","a",2)`, `{"a":[1,2]}`}, {`json_append("{\"a\":1}","b",2)`, `{"a":1}`}, {`json_append("{\"a\":{\"b\":1}}","a","x")`, `{"a":[{"b":1},"x"]}`},
		{`json_extend("{\"a\":[1]}","a",json_array(2,3))`, `{"a":[1,2,3]}`}, {`json_extend("{\"a\":[1]}","a",4)`, `{"a":[1,4]}`},
		{`json_array_to_mv("[\"a\",1,{\"b\": 2},null]")`, `a|1|{"b":2}|null`}, {`json_array_to_mv("[\"a\",1]",true())`, `"a"|1`}, {`json_array_to_mv("{}")`, "NULL"}, {`json_array_to_mv("[]")`, "NULL"},
	}.run(t, row{"cities": one(cities), "obj": one(`{"k": 1, "x.y": 2}`), "num": one("7"), "m": {"p", "q"}})
}

// slowSpath is what a [Finder] has to find, worked out from the whole tree of the text.
func slowSpath(text, path string) []string {
	steps, ok := parsePath(path, true)
	if !ok {
		return nil
	}
	text = trimDocument(text)
	if strings.HasPrefix(text, "<") {
		return spathXML(text, steps)
	}
	j, ok := parseJSON(text)
	if !ok {
		return nil
	}
	var out []string
	walkJSON(j, steps, nil, func(v gjson.Result) { out = append(out, scalarText(v.Raw)) })
	return out
}

func TestSpath(t *testing.T) {
	book := `<?xml version="1.0"?><catalog><book id="1"><title lang="en">A &amp; B</title></book><book id="2"><title>C</title></book></catalog>`
	for _, c := range []struct{ text, path, want string }{
		{`{"a":[{"b":1},{"b":2}]}`, "a{}.b", "1|2"}, {`{"a":[{"b":1},{"b":2}]}`, "a{}", `{"b":1}|{"b":2}`}, {`{"a":[1]}`, "a.b", ""}, {`[1,2]`, "{}", "1|2"},
		{`{"a.b":5}`, "'a.b'", "5"}, {`{"a.b":5}`, "a.b", ""}, {`{"a":"x\ny"}`, "a", "x\ny"}, {`{"a":1`, "a", ""}, {`plain`, "a", ""}, {``, "a", ""}, {`{"a":1,"a":2}`, "a", "1"},
		{book, "catalog.book.title", "A & B|C"}, {book, "catalog.book{}.title", "A & B|C"}, {book, "catalog.book{2}.title", "C"}, {book, "catalog.book{@id}", "1|2"}, {book, "catalog.book{1}{@id}", "1"},
		{book, "catalog.book{1}.title{@lang}", "en"}, {book, "catalog.book{2}", "<title>C</title>"}, {book, "catalog.nosuch", ""}, {book, "catalog.book{0}", ""}, {book, "catalog.book{3}", ""},
		{"<a><b>", "a.b", ""}, {"<", "a", ""}, {strings.Repeat("<a>", 100_000), "a.a", ""},
	} {
		p, ok := ParsePath(c.path)
		if !ok {
			t.Errorf("%s is no path", c.path)
			continue
		}
		if got := strings.Join(p.Finder().Find(c.text), "|"); got != c.want {
			t.Errorf("%s of %.60s is %q, want %q", c.path, c.text, got, c.want)
		}
		if got := strings.Join(slowSpath(c.text, c.path), "|"); got != c.want {
			t.Errorf("%s of %.60s is %q by its tree, want %q", c.path, c.text, got, c.want)
		}
	}
}

func TestMath(t *testing.T) {
	want{
		{`abs(-5)`, "5"}, {`ceil(1.2)`, "2"}, {`ceiling(-1.2)`, "-1"}, {`floor(-1.2)`, "-2"}, {`exp(1000)`, "inf"}, {`-exp(1000)`, "-inf"}, {`sqrt(-1)`, "nan"}, {`ln(0)`, "-inf"}, {`ln(1)`, "0"}, {`exp(0)`, "1"},
		{`log(100)`, "2"}, {`log(8,2)`, "3"}, {`log(1000,10)`, "3"}, {`pow(2,10)`, "1024"}, {`pow(2,0.5)`, "1.4142135623730951"}, {`sqrt(9)`, "3"},
		{`round(3.5)`, "4"}, {`round(-2.5)`, "-3"}, {`round(2.5)`, "3"}, {`round(2.555,2)`, "2.56"}, {`round(0.80499,4)`, "0.8050"}, {`round(5,2)`, "5.00"}, {`round(s)`, "NULL"}, {`round(1.5,n)`, "1.50000"}, {`round(1.5,n-6)`, "NULL"},
		{`round(sqrt(-1),2)`, "nan"}, {`round(40.04)`, "40"}, {`round(1/3,1)*100`, "30"},
		{`max(1,3,"a")`, "a"}, {`min(1,3,"a")`, "1"}, {`max(m)`, "10"}, {`min(m,1)`, "1"}, {`max(missing)`, "NULL"}, {`max(missing,2)`, "2"}, {`max("b","a")`, "b"}, {`max(9,"10")`, "10"}, {`min(s,"Z")`, "Z"},
		{`sum(1,n,s,missing)`, "6"}, {`sum(m)`, "15"}, {`sum(s)`, "NULL"}, {`avg(1,2)`, "1.5"}, {`avg(m)`, "5"}, {`avg(missing)`, "NULL"}, {`sum(1.5,1.5)`, "3"},
		{`sin(0)`, "0"}, {`cos(0)`, "1"}, {`tan(0)`, "0"}, {`atan2(0,1)`, "0"}, {`hypot(3,4)`, "5"}, {`asin(0)`, "0"}, {`acos(1)`, "0"}, {`atan(0)`, "0"}, {`sinh(0)`, "0"}, {`cosh(0)`, "1"}, {`tanh(0)`, "0"}, {`asinh(0)`, "0"}, {`acosh(1)`, "0"}, {`atanh(0)`, "0"},
		{`sin(s)`, "NULL"}, {`pow(s,2)`, "NULL"}, {`abs(missing)`, "NULL"}, {`sqrt(m)`, "NULL"},
	}.run(t, row{"n": one("5"), "s": one("abc"), "m": {"2", "10", "3"}})
}

func TestBits(t *testing.T) {
	want{
		{`bit_and(12,10)`, "8"}, {`bit_or(12,10,1)`, "15"}, {`bit_xor(12,10)`, "6"}, {`bit_not(0)`, "9007199254740991"}, {`bit_not(5,7)`, "2"}, {`bit_shift_left(1,4)`, "16"}, {`bit_shift_right(16,4)`, "1"},
		{`bit_and(-1,1)`, "NULL"}, {`bit_and(1.5,1)`, "NULL"}, {`bit_and("x",1)`, "NULL"}, {`bit_shift_left(1,53)`, "NULL"}, {`bit_shift_left(1,52)`, "4503599627370496"}, {`bit_shift_right(1,99)`, "0"}, {`bit_shift_left(0,99)`, "0"},
		{`bit_shift_left(3,63)`, "NULL"}, {`bit_or(9007199254740992,1)`, "NULL"},
	}.run(t, row{})
}

func TestCrypto(t *testing.T) {
	want{
		{`md5("")`, "d41d8cd98f00b204e9800998ecf8427e"}, {`md5("abc")`, "900150983cd24fb0d6963f7d28e17f72"}, {`sha1("abc")`, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{`sha256("abc")`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{`substr(sha512("abc"),1,16)`, "ddaf35a193617aba"}, {`md5(missing)`, "NULL"}, {`md5(m)=md5("a".nl."b")`, "TRUE"},
	}.run(t, row{"m": {"a", "b"}, "nl": one("\n")})
}

func TestTime(t *testing.T) {
	want{
		{`now()`, "1715780851"}, {`time()`, "1715780851.250000"},
		{`strftime(0,"%Y-%m-%dT%H:%M:%S.%Q%z")`, "1970-01-01T00:00:00.000+0000"}, {`strptime("2024-05-15 13:47:31","%Y-%m-%d %H:%M:%S")`, "1715780851.000000"}, {`strptime("abc","%Y")`, "NULL"},
		{`strftime(1715780851.5,"%s")`, "1715780851"}, {`strftime("x","%Y")`, "NULL"}, {`strftime(m,"%Y")`, "NULL"}, {`strftime(missing,"%Y")`, "NULL"}, {`strftime(t,layout)`, "2024"}, {`strftime(sqrt(-1),"%Y")`, "NULL"},
		{`strptime("10:30","%H:%M")`, "1715769000.000000"}, {`strptime(missing,"%H")`, "NULL"}, {`strptime(m,"%H")`, "NULL"},
		{`relative_time(now(),"-24h@h")`, "1715691600.000000"}, {`relative_time(now(),"-1d@d")`, "1715644800.000000"}, {`relative_time(now(),"@w0")`, "1715472000.000000"}, {`relative_time(now(),"-1mon@mon")`, "1711929600.000000"},
		{`relative_time(t,"+1d@d")`, "1715817600.000000"}, {`relative_time(t,"nonsense")`, "NULL"}, {`relative_time(t,"now")`, "NULL"}, {`relative_time(t,"0")`, "NULL"}, {`relative_time("x","-1d")`, "NULL"}, {`relative_time(t,step)`, "1715780850.000000"},
		{`strptime("2024-05-15","%Y-%m-%d")-strptime("2024-05-14","%Y-%m-%d")`, "86400.000000"}, {`tostring(strptime("02","%S")-strptime("01","%S"),"duration")`, "00:00:01.000000"},
	}.run(t, row{"t": one("1715780851"), "m": {"1", "2"}, "layout": one("%Y"), "step": one("-1s")})
}

// The zone is the search's.
func TestZone(t *testing.T) {
	env := testEnv()
	env.Zone = time.FixedZone("X", 2*3600)
	for expr, want := range map[string]string{
		`strftime(0,"%H:%M %z")`: "02:00 +0200", `relative_time(0,"@d")`: "-7200.000000", `strptime("1970-01-01","%Y-%m-%d")`: "-7200.000000",
	} {
		if got := show(bind(t, compile(t, expr), env, batchOf(row{})).Value(0)); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}
