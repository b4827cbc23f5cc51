package io.github.wxtoken.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The streams and the environment of one run. Results go to the standard output, everything else to
 * the standard error. Everything is ASCII, so that it is the same in each locale. Thread-safe.
 */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 20;

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Map<String, String> environment;
  private final boolean interactive;
  private final int columns;
  private volatile boolean verbose;
  private volatile boolean hasBar;

  Terminal(
      PrintStream out,
      PrintStream err,
      InputStream in,
      Map<String, String> environment,
      boolean interactive,
      int columns) {
    this.out = out;
    this.err = err;
    this.in = in;
    this.environment = environment;
    this.interactive = interactive;
    this.columns = Math.max(LEAST_COLUMNS, columns);
  }

  static Terminal ofThisProcess() {
    boolean interactive = isTerminal();
    return new Terminal(
        System.out,
        System.err,
        System.in,
        System.getenv(),
        interactive,
        interactive ? askColumns() : DEFAULT_COLUMNS);
  }

  /** Writes a line of the result. */
  void print(String line) {
    clearBar();
    out.println(ascii(line));
  }

  /** Writes a line that is no result, in place of the bar if there is one. */
  void say(String line) {
    err.println(cleared() + ascii(line));
  }

  /** Writes a bar in place of the one before; the line stays open. */
  void showBar(String bar) {
    err.print("\r" + ascii(bar) + "\r");
    err.flush();
    hasBar = true;
  }

  /** Removes the bar. */
  void clearBar() {
    err.print(cleared());
    err.flush();
  }

  private String cleared() {
    if (!hasBar) {
      return "";
    }
    hasBar = false;
    return " ".repeat(columns - 1) + "\r";
  }

  /** Tells whether the standard output could not be written. */
  boolean hasFailed() {
    return out.checkError();
  }

  InputStream in() {
    return in;
  }

  /** Returns a variable of the environment; empty if it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Tells whether the standard input and the standard error are a terminal. */
  boolean isInteractive() {
    return interactive;
  }

  int columns() {
    return columns;
  }

  boolean isVerbose() {
    return verbose;
  }

  void setVerbose(boolean verbose) {
    this.verbose = verbose;
  }

  /** Asks a question that takes yes or no. */
  boolean confirms(String question) {
    err.print(ascii(question) + " [y/N] ");
    err.flush();
    try {
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      String answer = answers.readLine();
      return answer != null && answer.strip().equalsIgnoreCase("y");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Escapes what is not printable ASCII. Values of a store may hold control characters, by which a
   * line could pretend to be another one.
   */
  static String ascii(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || (c >= ' ' && c < 0x7f)) {
        escaped.append(c);
      } else {
        escaped.append("\\u").append(String.format("%04x", (int) c));
      }
    }
    return escaped.toString();
  }

  private static boolean isTerminal() {
    return ask("sh", "-c", "test -t 0 && test -t 2").isPresent();
  }

  private static int askColumns() {
    // Its answer is "rows columns".
    return ask("stty", "size")
        .map(size -> size.replaceFirst("^\\d+ ", ""))
        .filter(size -> size.matches("[1-9]\\d{0,4}"))
        .map(Integer::parseInt)
        .orElse(DEFAULT_COLUMNS);
  }

  /** Runs a program of the system on our streams; empty if it fails, or is missing. */
  private static Optional<String> ask(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(answer.strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
