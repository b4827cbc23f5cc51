package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, after {@code mvn package} has built it. */
class WxtokenJarIT {
  private static final Path JAR = Path.of("target", "wxtoken-cli.jar").toAbsolutePath();

  @TempDir private Path directory;

  private Process start(Map<String, String> environment, String... args) throws IOException {
    return start("-Xmx128m", environment, args);
  }

  private Process start(String heap, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (ignoresInterrupts()) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(heap, "-jar", JAR.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log().toFile());
    builder.environment().putAll(environment);
    builder.environment().put("LANG", "C");
    return builder.start();
  }

  /**
   * Tells whether this process ignores Ctrl-C, as one that a script started in the background does:
   * its children would ignore it, too.
   */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(ignored -> (ignored & 2) != 0);
  }

  private Path log() {
    return directory.resolve("log");
  }

  private String run(int code, String... args) throws Exception {
    return output(code, start(Map.of(), args));
  }

  private String output(int code, Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = Files.readString(log(), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(output).isEqualTo(code);
    assertThat(output).doesNotContain("SLF4J", "Exception:", "\tat ");
    return output;
  }

  @Test
  void itOpensEveryKindOfStore() throws Exception {
    assertThat(run(0, "--version"))
        .contains("wxtoken ", "MariaDB-", "PostgreSQL-", "SQLite-", "Lettuce ", "MongoDB-");
    Files.createDirectory(directory.resolve("tokens"));
    assertThat(run(0, "doctor", "--store", "file:tokens")).contains("healthy");
    assertThat(run(0, "doctor", "--store", "jdbc:sqlite:t.db?wxtoken.createSchema=true"))
        .contains("SQLite", "healthy");
    for (String url :
        new String[] {
          "redis://127.0.0.1:1",
          "jdbc:mysql://127.0.0.1:1/app",
          "jdbc:mariadb://127.0.0.1:1/app",
          "mongodb://127.0.0.1:1/app"
        }) {
      assertThat(run(2, "doctor", "--store", url)).contains("nothing accepts connections there");
    }
  }

  @Test
  void ctrlCEndsWith130AndTheCopyGoesOn() throws Exception {
    String from = Stores.sqlite(directory.resolve("from.db"));
    try (TokenStore store = TokenStores.open(from)) {
      for (int i = 0; i < 500; i++) {
        store.saveToken("oUser-" + i, Tokens.token("oUser-" + i));
      }
    }
    String to = Stores.sqlite(directory.resolve("to.db"));
    Map<String, String> stores = Map.of("WXTOKEN_FROM", from, "WXTOKEN_TO", to);

    Process slow = start(stores, "copy", "--resume", "state", "--rate", "20");
    while (!hasPosition(directory.resolve("state"))) {
      assertThat(slow.isAlive()).isTrue();
      LockSupport.parkNanos(20_000_000);
    }
    new ProcessBuilder("kill", "-INT", String.valueOf(slow.pid())).start().waitFor();
    assertThat(slow.waitFor(60, TimeUnit.SECONDS)).isTrue();

    String output = Files.readString(log(), StandardCharsets.UTF_8);
    assertThat(slow.exitValue()).as(output).isEqualTo(130);
    assertThat(output).contains("interrupted", "inserted: ", "it goes on from state");
    Process rest = start(stores, "copy", "--resume", "state", "--verify");
    assertThat(rest.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log(), StandardCharsets.UTF_8)).contains("500 equal");
  }

  /** Tells whether a copy has noted how far it has come. */
  private static boolean hasPosition(Path state) throws IOException {
    return Files.exists(state)
        && Files.readString(state, StandardCharsets.UTF_8).contains("position=");
  }

  @Test
  void aHeapThatIsTooSmallIsNamed() throws Exception {
    Files.createDirectory(directory.resolve("tokens"));
    Path users = directory.resolve("users");
    Files.write(users, IntStream.range(0, 500_000).mapToObj(i -> "oUser" + i).toList());

    Process process =
        start("-Xmx16m", Map.of(), "delete", "--store", "file:tokens", "--file", users.toString());

    assertThat(output(2, process)).contains("the memory of ", " MB is too small", "java -Xmx");
  }

  @Test
  void itHasTheDriversWithoutMysqlsAndIsNoModule() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("org/mariadb/jdbc/Driver.class", "org/sqlite/JDBC.class")
          .noneMatch(name -> name.startsWith("com/mysql/"))
          .noneMatch(name -> name.endsWith("module-info.class"))
          .anyMatch(name -> name.contains("LICENSE"));
    }
  }
}
