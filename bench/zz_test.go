package main
import ("testing";"strings";"fmt")
func TestZZ(t *testing.T){
 for _, n := range []int{20,40,60,100,200,400,1000} {
  dir := t.TempDir()+"/m.git"
  planted, err := makeHistory(dir, n); if err!=nil {t.Fatal(err)}
  seen, err := readReeve(dir); if err!=nil {t.Fatal(err)}
  seen = distinct(seen)
  var miss []string
  for i,p := range planted { if !holds(seen, strings.Join(strings.Fields(p),"")) { miss=append(miss, fmt.Sprint(i, "/", i%9)) } }
  fmt.Println(n, len(seen), miss)
 }
}
