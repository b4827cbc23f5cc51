package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A copy in a process of its own, which is killed on its way. */
final class KilledCopy {
  private KilledCopy() {}

  /**
   * Starts a copy, and kills it with SIGKILL when it has come far enough.
   *
   * @param state the file by which the next copy goes on; the log is written beside it
   * @param rate the tokens a second, few enough that the copy does not end before
   * @param farEnough asked again and again
   */
  static void run(String from, String to, Path state, int rate, Callable<Boolean> farEnough)
      throws Exception {
    Path log = state.resolveSibling("copy.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                Main.class.getName(),
                "copy",
                "--resume",
                state.toString(),
                "--rate",
                String.valueOf(rate))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_FROM", from);
    builder.environment().put("WXTOKEN_TO", to);
    Process copy = builder.start();
    while (!farEnough.call()) {
      assertThat(copy.isAlive()).as(Files.readString(log)).isTrue();
      LockSupport.parkNanos(20_000_000);
    }
    assertThat(copy.isAlive()).as(Files.readString(log)).isTrue();
    copy.destroyForcibly().waitFor();
    CliRun.requireNoSecret(Files.readString(log));
  }
}
