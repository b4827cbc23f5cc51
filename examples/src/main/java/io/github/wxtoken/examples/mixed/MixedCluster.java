package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Proves that Node processes with wechat-oauth and Java processes with wxtoken can share a store:
 * two of each, on files, MySQL, Redis and MongoDB, sign in and read the same users, whose tokens
 * expire repeatedly. Exit status: 0 if all checks passed, 1 if not, 2 if a run could not begin.
 */
final class MixedCluster {
  private static final int USERS = 40;
  private static final int OF_EACH = 2;
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NOT_BEGUN = 2;

  private final PrintStream out;
  private final Path node;
  private final Path folder;
  private final long seed = ThreadLocalRandom.current().nextInt(1_000_000);

  private MixedCluster(PrintStream out, Path node, Path folder) {
    this.out = out;
    this.node = node;
    this.folder = folder;
  }

  /**
   * Runs it.
   *
   * @param args the folder of the Node sources, a folder to install them in, and the stores to use,
   *     all of them if none is named
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(args), out));
  }

  /** Returns the exit status. */
  static int run(List<String> arguments, PrintStream out) throws IOException, InterruptedException {
    List<String> stores = arguments.subList(2, arguments.size());
    for (String store : stores) {
      if (!SharedStore.NAMES.contains(store)) {
        out.println("There is no store " + store + "; there are " + SharedStore.NAMES + ".");
        return NOT_BEGUN;
      }
    }
    Path node = Path.of(arguments.get(1));
    try {
      NodeProgram.install(Path.of(arguments.get(0)), node);
    } catch (IOException e) {
      out.println("The mixed cluster cannot begin: " + e.getMessage());
      return NOT_BEGUN;
    }
    Path folder = Files.createTempDirectory("wxtoken-mixed-");
    int status =
        new MixedCluster(out, node, folder).run(stores.isEmpty() ? SharedStore.NAMES : stores);
    if (status == FAILED) {
      out.println("  The logs of the processes are kept in " + folder);
    } else {
      delete(folder);
    }
    return status;
  }

  /** Runs the stores. A failed store takes precedence over a store without a server. */
  private int run(List<String> names) {
    print(
        "wxtoken mixed cluster: %d Node and %d Java processes on one store, %d users, seed %d",
        OF_EACH, OF_EACH, USERS, seed);
    print("");
    print("%s", Counts.HEAD);
    boolean failed = false;
    boolean missing = false;
    for (String name : names) {
      try {
        failed |= !isShared(SharedStore.open(name, folder), name);
      } catch (IllegalStateException | SQLException | TokenStoreException e) {
        print("  %-26s not run: %s", name, reason(e));
        missing = true;
      } catch (IOException e) {
        print("  %-26s FAILED: %s", name, String.valueOf(e.getMessage()));
        failed = true;
      }
    }
    print("");
    print("%s", failed ? "  FAILED" : missing ? "  NOT ALL OF IT WAS RUN" : "  PASSED");
    return failed ? FAILED : missing ? NOT_BEGUN : PASSED;
  }

  private static String reason(Exception e) {
    if (e instanceof SQLException) {
      return "MySQL answers with an error"; // The exception's text may quote the URL.
    }
    // TestServer says in the cause why there is no server.
    return e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause().getMessage());
  }

  private boolean isShared(SharedStore store, String name) throws IOException {
    List<MixedProcess> processes = new ArrayList<>();
    try (WeChatSimulator weChat = WeChatSimulator.start()) {
      weChat.quotas().unlimited();
      for (int i = 0; i < OF_EACH; i++) {
        Path log = folder.resolve(name + "-java-" + i + ".log");
        processes.add(
            MixedProcess.ofJava(environment(weChat, Map.of("STORE_URL", store.javaUrl())), log));
      }
      for (int i = 0; i < OF_EACH; i++) {
        Path log = folder.resolve(name + "-node-" + i + ".log");
        Map<String, String> where = Map.of("STORE", store.nodeKind(), "STORE_URL", store.nodeUrl());
        processes.add(MixedProcess.ofNode(node, environment(weChat, where), log));
      }
      for (MixedProcess process : processes) {
        process.awaitReady();
      }
      Counts counts = new Scenario(weChat, processes, store.nodeSeesExpiry(), USERS, seed).play();
      print("%s", counts.row(store.name()));
      counts.failures().forEach((what, times) -> print("      %,d × %s", times, what));
      return counts.failures().isEmpty();
    } finally {
      processes.forEach(MixedProcess::close);
    }
  }

  private static Map<String, String> environment(
      WeChatSimulator weChat, Map<String, String> store) {
    Map<String, String> environment = new HashMap<>(store);
    environment.put("APPID", WeChatSimulator.APPID);
    environment.put("SECRET", WeChatSimulator.SECRET);
    environment.put("WECHAT", weChat.uri().toString());
    return environment;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
