package io.github.wxtoken;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures in a JVM of its own. The suites run side by side in one JVM, so what is counted there is
 * not one test's alone.
 */
final class OwnJvm {
  private static final String MEASURED = "measured: ";

  private OwnJvm() {}

  /**
   * Runs the main method of a class, and returns the numbers that it {@linkplain #print prints}.
   *
   * @param count how many numbers there must be
   */
  static List<Long> measures(Class<?> main, int count) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())
            .redirectErrorStream(true)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<Long> numbers =
        printed
            .lines()
            .filter(line -> line.startsWith(MEASURED))
            .flatMap(line -> Arrays.stream(line.substring(MEASURED.length()).split(" ", -1)))
            .map(Long::valueOf)
            .toList();
    assertThat(numbers).as(printed).hasSize(count);
    return numbers;
  }

  /** Tells the test what was measured, beside the log lines. */
  static void print(long... numbers) {
    System.out.println(
        Arrays.stream(numbers).mapToObj(Long::toString).collect(joining(" ", MEASURED, "")));
  }

  /** Counts the open files of this process; 0 if the system does not tell. */
  static int files() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  /** Returns how many bytes of the heap are reachable. */
  static long heap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
