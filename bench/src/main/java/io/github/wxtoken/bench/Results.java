package io.github.wxtoken.bench;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The results of a run as tables of Markdown and as JSON. */
final class Results {
  private final List<String> circumstances = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<Measured> alone = new ArrayList<>();

  /** Adds a line about the environment of the run. */
  void note(String circumstance) {
    circumstances.add(circumstance);
  }

  void add(Comparison comparison) {
    comparisons.add(comparison);
  }

  void add(Measured measured) {
    alone.add(measured);
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    circumstances.forEach(line -> text.append("- ").append(line).append('\n'));
    if (!comparisons.isEmpty()) {
      text.append(
          """

          | on | candidate | beside | operation | threads | ratio | calls/s | p50 µs | p99 µs | CPU µs | bytes |
          | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
          """);
      comparisons.forEach(comparison -> text.append(row(comparison)));
    }
    if (!alone.isEmpty()) {
      text.append(
          """

          | method | threads | calls/s | per call | CPU µs | bytes |
          | --- | ---: | ---: | ---: | ---: | ---: |
          """);
      alone.forEach(measured -> text.append(row(measured)));
    }
    return text.toString();
  }

  private static String row(Comparison it) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %d | **%.2f** | %,.0f → %,.0f | %,.0f → %,.0f | %,.0f → %,.0f"
            + " | %.1f %+.1f | %,.0f %+,.0f |\n",
        it.pairing().where,
        it.pairing().candidate,
        it.pairing().baseline,
        it.operation().method,
        it.threads(),
        it.ratio(),
        it.ofBaseline(Figures::throughput),
        it.ofCandidate(Figures::throughput),
        it.ofBaseline(Figures::p50),
        it.ofCandidate(Figures::p50),
        it.ofBaseline(Figures::p99),
        it.ofCandidate(Figures::p99),
        it.ofBaseline(Figures::cpu),
        it.excess(Figures::cpu),
        it.ofBaseline(Figures::bytes),
        it.excess(Figures::bytes));
  }

  private static String row(Measured it) {
    return String.format(
        Locale.ROOT,
        "| `%s` | %d | %,.0f | %s | %.2f | %,.0f |\n",
        it.what(),
        it.threads(),
        it.throughput(),
        time(it.nanos()),
        it.cpu(),
        it.bytes());
  }

  private static String time(double nanos) {
    return nanos < 1_000
        ? String.format(Locale.ROOT, "%.0f ns", nanos)
        : String.format(Locale.ROOT, "%,.1f µs", nanos / 1_000);
  }

  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("circumstances");
      circumstances.forEach(json::writeString);
      json.writeEndArray();
      json.writeArrayPropertyStart("comparisons");
      comparisons.forEach(comparison -> write(json, comparison));
      json.writeEndArray();
      json.writeArrayPropertyStart("alone");
      alone.forEach(measured -> write(json, measured));
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Comparison it) {
    json.writeStartObject();
    json.writeStringProperty("on", it.pairing().where);
    json.writeStringProperty("candidate", it.pairing().candidate);
    json.writeStringProperty("baseline", it.pairing().baseline);
    json.writeStringProperty("operation", it.operation().method);
    json.writeNumberProperty("threads", it.threads());
    json.writeNumberProperty("ratio", rounded(it.ratio()));
    write(json, "callsPerSecond", it, Figures::throughput);
    write(json, "p50Micros", it, Figures::p50);
    write(json, "p99Micros", it, Figures::p99);
    write(json, "cpuMicros", it, Figures::cpu);
    write(json, "bytes", it, Figures::bytes);
    json.writeEndObject();
  }

  private static void write(
      JsonGenerator json, String name, Comparison it, ToDoubleFunction<Figures> figure) {
    json.writeObjectPropertyStart(name);
    json.writeNumberProperty("baseline", rounded(it.ofBaseline(figure)));
    json.writeNumberProperty("candidate", rounded(it.ofCandidate(figure)));
    json.writeNumberProperty("excess", rounded(it.excess(figure)));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Measured it) {
    json.writeStartObject();
    json.writeStringProperty("method", it.what());
    json.writeNumberProperty("threads", it.threads());
    json.writeNumberProperty("callsPerSecond", rounded(it.throughput()));
    json.writeNumberProperty("nanos", rounded(it.nanos()));
    json.writeNumberProperty("cpuMicros", rounded(it.cpu()));
    json.writeNumberProperty("bytes", rounded(it.bytes()));
    json.writeEndObject();
  }

  /** Rounds a value: more digits would be noise. */
  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
