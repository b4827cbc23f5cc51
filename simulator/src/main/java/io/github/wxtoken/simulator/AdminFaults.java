package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serves the part of the HTTP interface that injects faults. */
final class AdminFaults {
  private final Faults faults;

  AdminFaults(Faults faults) {
    this.faults = faults;
  }

  void addTo(Map<String, Admin.Operation> operations) {
    operations.put("GET /simulator/faults", a -> list());
    operations.put("POST /simulator/faults", this::add);
    operations.put("POST /simulator/faults/clear", this::clear);
    operations.put("GET /simulator/gates", this::gate);
    operations.put("POST /simulator/gates", this::hold);
    operations.put("POST /simulator/gates/release", this::release);
  }

  private Map<String, Object> list() {
    List<Object> list = new ArrayList<>();
    for (Faults.Rule rule : faults.rules()) {
      Fault fault = rule.fault();
      list.add(
          Json.object(
              "endpoint", rule.endpoint() == null ? "ALL" : rule.endpoint(),
              "kind", fault.kind(),
              "code", fault.code(),
              "duration", fault.duration(),
              "timing", fault.timing(),
              "times", fault.times(),
              "left", rule.left().get(),
              "openid", fault.openid() == null ? "" : fault.openid()));
    }
    return Json.object("faults", list);
  }

  private Map<String, Object> add(Arguments arguments) {
    Fault.Kind kind = Fault.Kind.valueOf(arguments.get("kind"));
    Fault fault =
        new Fault(
            kind,
            Integer.parseInt(arguments.get("code", Integer.toString(Fault.of(kind).code()))),
            Duration.parse(arguments.get("duration", "PT0S")),
            timing(arguments),
            Integer.parseInt(arguments.get("times", "0")),
            openid(arguments));
    String endpoint = arguments.get("endpoint");
    if (endpoint.equals("ALL")) {
      faults.addEverywhere(fault);
    } else {
      faults.add(Endpoint.valueOf(endpoint), fault);
    }
    return list();
  }

  private Map<String, Object> clear(Arguments arguments) {
    if (arguments.has("endpoint")) {
      faults.clear(Endpoint.valueOf(arguments.get("endpoint")));
    } else {
      faults.clear();
    }
    return list();
  }

  private Map<String, Object> hold(Arguments arguments) {
    Endpoint endpoint = Endpoint.valueOf(arguments.get("endpoint"));
    return state(faults.hold(endpoint, timing(arguments), openid(arguments)));
  }

  /** With {@code arrivals} it waits for that many calls, at most {@code timeout}. */
  private Map<String, Object> gate(Arguments arguments) throws InterruptedException {
    Gate gate = find(arguments);
    int arrivals = Integer.parseInt(arguments.get("arrivals", "0"));
    Duration timeout = Duration.parse(arguments.get("timeout", "PT10S"));
    boolean arrived = gate.awaitArrivals(arrivals, timeout);
    Map<String, Object> state = state(gate);
    state.put("arrived", arrived);
    return state;
  }

  private Map<String, Object> release(Arguments arguments) {
    Gate gate = find(arguments);
    if (arguments.has("calls")) {
      gate.release(Integer.parseInt(arguments.get("calls")));
    } else {
      gate.release();
    }
    return state(gate);
  }

  private Gate find(Arguments arguments) {
    int id = Integer.parseInt(arguments.get("gate"));
    return faults.gate(id).orElseThrow(() -> new IllegalArgumentException("no gate " + id));
  }

  private static Map<String, Object> state(Gate gate) {
    return Json.object("gate", gate.id(), "arrivals", gate.arrivals(), "open", gate.isOpen());
  }

  private static Timing timing(Arguments arguments) {
    return Timing.valueOf(arguments.get("timing", Timing.BEFORE_PROCESSING.name()));
  }

  private static @Nullable String openid(Arguments arguments) {
    return arguments.has("openid") ? arguments.get("openid") : null;
  }
}
