package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Entity is anything that has a name and changes rarely: an asset, a team, a person, a rule, a flaw, a policy.
type Entity struct {
	Kind string
	ID   int64
	// Name is unique in its kind.
	Name string
	// Doc is what is known about it, in JSON.
	Doc []byte
	// Touched is the event that changed it last. Dropped tells that it is no more.
	Touched int64
	Dropped bool
}

const entityColumns = "kind, id, name, doc, touched, dropped"

func scanEntity(rows *sql.Rows, e *Entity) error {
	var dropped int64
	err := rows.Scan(&e.Kind, &e.ID, &e.Name, &e.Doc, &e.Touched, &dropped)
	e.Dropped = dropped != 0
	return err
}

// PutEntities writes entities, new ones and changed ones.
func (t *Tx) PutEntities(ctx context.Context, entities []Entity) error {
	rows := make([][]any, 0, len(entities))
	for _, e := range entities {
		rows = append(rows, []any{e.Kind, e.ID, e.Name, e.Doc, e.Touched, truth(e.Dropped)})
	}
	return t.bulk(ctx, "entities", []string{"kind", "id", "name", "doc", "touched", "dropped"}, rows)
}

// Entities visits the entities that events after a sequence number touched.
func (db *DB) Entities(ctx context.Context, after int64, visit func(Entity) error) error {
	return entities(ctx, db.reads(), after, visit)
}

// Entities visits the entities that events after a sequence number touched, as the write sees them.
func (t *Tx) Entities(ctx context.Context, after int64, visit func(Entity) error) error {
	return entities(ctx, t.reads(), after, visit)
}

func entities(ctx context.Context, r reading, after int64, visit func(Entity) error) error {
	err := each(ctx, r, func(rows *sql.Rows) error {
		var e Entity
		if err := scanEntity(rows, &e); err != nil {
			return err
		}
		return visit(e)
	}, "SELECT "+entityColumns+" FROM entities WHERE touched > ? ORDER BY touched, kind, id", after)
	if err != nil {
		return fmt.Errorf("read entities: %w", err)
	}
	return nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
