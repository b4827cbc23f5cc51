package io.github.wxtoken.examples.mixed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Installs the Node side of the cluster in a folder of its own, with its npm packages. */
final class NodeProgram {
  private static final int OLDEST_NODE = 20;
  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*");
  private static final String LOCK = "package-lock.json";
  private static final List<String> SOURCES =
      List.of("package.json", LOCK, "process.js", "stores.js");

  private NodeProgram() {}

  /**
   * Copies it, and runs {@code npm ci} unless the same versions are already installed.
   *
   * @throws IOException if that fails; the message is for the user
   */
  static void install(Path sources, Path target) throws IOException, InterruptedException {
    requireNode(output("node", "--version"));
    output("npm", "--version");
    Files.createDirectories(target);
    boolean installed =
        Files.exists(target.resolve("node_modules/.package-lock.json"))
            && Files.mismatch(target.resolve(LOCK), sources.resolve(LOCK)) < 0;
    for (String source : SOURCES) {
      Files.copy(
          sources.resolve(source), target.resolve(source), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!installed) {
      npmCi(target);
    }
  }

  static void requireNode(String version) throws IOException {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
      throw new IOException("Node " + OLDEST_NODE + " or later is needed; this is " + version);
    }
  }

  private static void npmCi(Path directory) throws IOException, InterruptedException {
    Process npm =
        new ProcessBuilder(
                "npm", "ci", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (npm.waitFor() != 0) {
      throw new IOException("npm ci failed in " + directory);
    }
  }

  private static String output(String program, String argument)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(program, argument).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException(
          "Node " + OLDEST_NODE + " or later with npm is needed, and there is no " + program, e);
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(program + " " + argument + " failed");
    }
    return output;
  }
}
