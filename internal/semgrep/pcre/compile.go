package pcre

import "errors"

var errTooLarge = errors.New("the expression is too large; make its repetitions smaller")

// operation is what an instruction does.
type operation int

const (
	opMatch    operation = iota // the end of the expression or of a part that runs by itself
	opChar                      // one character of the set
	opRun                       // n to m characters of the set, as many as can be, fewer on the way back
	opRunLazy                   // n to m characters of the set, as few as can be
	opAssert                    // the assertion n
	opSave                      // put the place into slot n
	opSplit                     // go to n; on the way back to m
	opJump                      // go to n
	opProgress                  // go to m if the place is that in slot n: the round took no text
	opRefer                     // the text of group n; m is 1 for either case
	opAtomic                    // run what follows by itself, then go to n
	opLook                      // the same without going forward
)

// instruction is one step of a program.
type instruction struct {
	op   operation
	n, m int
	set  *set
	look *lookAround
}

// lookAround says how a look runs.
type lookAround struct {
	behind, deny bool
	// least and most are the characters that a look-behind goes back.
	least, most int
}

// compiler writes the program of an expression.
type compiler struct {
	code  []instruction
	slots int
	err   error
	// work counts nodes, each as often as it is repeated.
	work int
	// numbers gives the group of a name.
	numbers func(reference) int
}

func (c *compiler) emit(i instruction) int {
	if len(c.code) >= maxProgram {
		c.err = errTooLarge
		return 0
	}
	c.code = append(c.code, i)
	return len(c.code) - 1
}

func (c *compiler) node(n node) {
	if c.work++; c.work > 20*maxProgram && c.err == nil {
		c.err = errTooLarge
	}
	if c.err != nil {
		return
	}
	switch n := n.(type) {
	case sequence:
		for _, of := range n {
			c.node(of)
		}
	case alternation:
		c.alternation(n)
	case char:
		c.emit(instruction{op: opChar, set: n.set})
	case assertion:
		c.emit(instruction{op: opAssert, n: int(n.kind)})
	case group:
		c.emit(instruction{op: opSave, n: 2 * n.n})
		c.node(n.of)
		c.emit(instruction{op: opSave, n: 2*n.n + 1})
	case keep:
		c.emit(instruction{op: opSave, n: 0})
	case reference:
		i := instruction{op: opRefer, n: c.numbers(n)}
		if n.fold {
			i.m = 1
		}
		c.emit(i)
	case atomic:
		c.apart(instruction{op: opAtomic}, n.of)
	case look:
		l := &lookAround{behind: n.behind, deny: n.deny}
		l.least, l.most = span(n.of)
		c.apart(instruction{op: opLook, look: l}, n.of)
	case repeat:
		c.repeat(n)
	}
}

// apart writes a part that runs by itself.
func (c *compiler) apart(i instruction, of node) {
	at := c.emit(i)
	c.node(of)
	c.emit(instruction{op: opMatch})
	c.aim(at, len(c.code))
}

// aim sets where an instruction goes.
func (c *compiler) aim(at, to int) {
	if c.err == nil {
		c.code[at].n = to
	}
}

func (c *compiler) alternation(all alternation) {
	var ends []int
	for i, of := range all {
		if i == len(all)-1 {
			c.node(of)
			break
		}
		split := c.emit(instruction{op: opSplit})
		c.aim(split, len(c.code))
		c.node(of)
		ends = append(ends, c.emit(instruction{op: opJump}))
		c.aimOther(split, len(c.code))
	}
	for _, at := range ends {
		c.aim(at, len(c.code))
	}
}

func (c *compiler) aimOther(at, to int) {
	if c.err == nil {
		c.code[at].m = to
	}
}

func (c *compiler) repeat(r repeat) {
	if of, ok := r.of.(char); ok {
		op := opRun
		if r.lazy {
			op = opRunLazy
		}
		c.emit(instruction{op: op, n: r.least, m: r.most, set: of.set})
		return
	}
	for range r.least {
		if c.node(r.of); c.err != nil {
			return
		}
	}
	if r.most < 0 {
		c.loop(r)
		return
	}
	var splits []int
	for range r.most - r.least {
		splits = append(splits, c.split(r.lazy))
		if c.node(r.of); c.err != nil {
			return
		}
	}
	for _, at := range splits {
		c.leave(at, r.lazy)
	}
}

// split writes a choice between the next instruction and one that leave sets.
func (c *compiler) split(lazy bool) int {
	at := c.emit(instruction{op: opSplit})
	if lazy {
		c.aimOther(at, len(c.code))
	} else {
		c.aim(at, len(c.code))
	}
	return at
}

// leave lets the other way of a choice lead to here.
func (c *compiler) leave(at int, lazy bool) {
	if lazy {
		c.aim(at, len(c.code))
	} else {
		c.aimOther(at, len(c.code))
	}
}

// loop writes any number of rounds; a round that takes no text is the last.
func (c *compiler) loop(r repeat) {
	mark := c.slots
	c.slots++
	top := c.split(r.lazy)
	c.emit(instruction{op: opSave, n: mark})
	c.node(r.of)
	check := c.emit(instruction{op: opProgress, n: mark})
	c.emit(instruction{op: opJump, n: top})
	c.aimOther(check, len(c.code))
	c.leave(top, r.lazy)
}
