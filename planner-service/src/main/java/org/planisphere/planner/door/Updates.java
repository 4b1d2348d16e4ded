package org.planisphere.planner.door;

import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.session.Change;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Fault;

/** Updates as they arrive, made into changes. Paths may begin with a slash. */
final class Updates {
    private Updates() {}

    /** What a token must be good for to ask for this. */
    static Caller.Right right(Change change) {
        if (!change.path().equals("phase")) {
            return Caller.Right.MODIFY;
        }
        String value = change instanceof Change.EnumChange asked
                ? asked.value()
                : change instanceof Change.StringChange asked ? asked.value() : "";
        return switch (value) {
            case "ACCEPTED" -> Caller.Right.CREATE;
            case "CANCELLED", "REJECTED" -> Caller.Right.CANCEL;
            default -> Caller.Right.MODIFY;
        };
    }

    static Change change(Update update) {
        List<Fault> faults = new ArrayList<>();
        String kind = update.kind == null ? "" : update.kind;
        String path = update.path == null ? "" : update.path.strip().replaceAll("^/+", "");
        if (kind.isEmpty()) {
            faults.add(new Fault("/kind", "is missing: say which sort of update this is"));
        }
        if (path.isEmpty()) {
            faults.add(new Fault("/path", "is missing: say what is to be changed"));
        }
        String value = update.value == null ? "" : update.value.strip();
        boolean delta = kind.equals("uri:integer-delta-update");
        if (!kind.isEmpty() && !delta && value.isEmpty()) {
            faults.add(new Fault("/value", "is missing"));
        }
        if (delta && update.delta == null) {
            faults.add(new Fault("/delta", "is missing"));
        }
        Change change = null;
        if (faults.isEmpty()) {
            String units = update.units == null ? "" : update.units.strip();
            switch (kind) {
                case "uri:enum-value-update" -> change = new Change.EnumChange(path, value);
                case "uri:string-value-update" -> change = new Change.StringChange(path, value);
                case "uri:integer-delta-update" ->
                    change = new Change.DeltaChange(path, update.delta == null ? 0 : update.delta, units);
                case "uri:integer-value-update" -> {
                    if (value.matches("-?[0-9]{1,18}")) {
                        change = new Change.IntegerChange(path, Long.parseLong(value), units);
                    } else {
                        faults.add(new Fault("/value", "is not a whole number"));
                    }
                }
                default ->
                    faults.add(new Fault(
                            "/kind",
                            "is none of uri:string-value-update, uri:enum-value-update, uri:integer-value-update,"
                                    + " uri:integer-delta-update"));
            }
        }
        if (change == null) {
            throw new ProblemException(
                    ProblemType.INVALID_DOCUMENT, "The update cannot be understood; see errors.", faults);
        }
        return change;
    }
}
