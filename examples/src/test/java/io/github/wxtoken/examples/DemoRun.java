package io.github.wxtoken.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A run of the demo, its exit status and what it printed. */
record DemoRun(int status, String output) {
  static DemoRun with(String... arguments) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      int status = ClusterDemo.run(List.of(arguments), out);
      return new DemoRun(status, bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
