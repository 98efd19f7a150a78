package detect
import ("testing";"os";"path/filepath";"encoding/json";"fmt")
func TestZZ(t *testing.T){
	files, _ := filepath.Glob("/work/shared/escu/detections/*.yml")
	more, _ := filepath.Glob("/work/shared/escu/detections/*/*.yml")
	files = append(files, more...)
	out := map[string]string{}
	for _, f := range files {
		b, _ := os.ReadFile(f)
		d, err := Load(f, "", string(b))
		if err != nil { t.Error(err); continue }
		out[filepath.Base(f)] = d.Search.Text
		off,_,_ := valueAt(string(b),"search")
		if _, lost := align(d.Origin.Pieces[0].File, off, d.Search.Text); lost>0 { t.Error(f, lost, len(d.Search.Text)) }
		if d.Name==""||d.ID=="" { t.Error(f) }
	}
	j,_:=json.Marshal(out); os.WriteFile("/tmp/yt/goccy.json", j, 0644)
	fs,_:=filepath.Glob("/work/shared/seed/*.yml")
	for _, f := range fs { b,_:=os.ReadFile(f); d,err:=Load(f,"",string(b)); fmt.Printf("%v %+v\n", err, d); if d!=nil {fmt.Printf("%+v\n",*d.Search)} }
}
