package io.github.wxtoken.cli;

import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks for what is wrong with a store, and says how to fix it. */
@Command(
    name = "doctor",
    header = "Says what is wrong with a store, and how to fix it.",
    description =
        "Connects as the application does, and checks schema, keys, durability, replication, clocks,"
            + " TLS, rights and leases; writes, reads and deletes a test record, and reads the first"
            + " thousand records. A finding that needs something says how to fix it.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:healthy", "1:warnings", "2:broken", "64:the command line is wrong"})
final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    StoreAddress address = store.address(session.terminal());
    List<StoreFinding> findings = new ArrayList<>();
    examine(address, findings);
    findings.add(StoreFinding.ok("drivers of this program: " + Versions.drivers()));
    findings.forEach(this::show);
    return sum(findings);
  }

  /**
   * A warning that a store logs when it opens is a finding, too, unless its diagnosis says the
   * same.
   */
  private void examine(StoreAddress address, List<StoreFinding> findings) {
    List<String> logged = new ArrayList<>();
    try (CliLog.Closing received = CliLog.receive(logged::add);
        TokenStore opened = address.open(1)) {
      findings.add(StoreFinding.ok(opened.description()));
      findings.addAll(opened.diagnose());
      new Probe(opened).run(findings);
      findings.add(new RecordSample(opened, address.cipher() != null).finding());
    } catch (TokenStoreException e) {
      findings.add(StoreFinding.broken(String.valueOf(e.getMessage()), null));
    }
    logged.stream()
        .filter(text -> findings.stream().noneMatch(finding -> text.startsWith(finding.what())))
        .map(text -> StoreFinding.warning(text, null))
        .toList()
        .forEach(findings::add);
  }

  private void show(StoreFinding finding) {
    String mark =
        switch (finding.severity()) {
          case OK -> "ok       ";
          case WARNING -> "WARNING  ";
          case BROKEN -> "BROKEN   ";
        };
    session.terminal().print(mark + finding.what());
    if (finding.remedy() != null) {
      session.terminal().print("         fix: " + finding.remedy());
    }
  }

  private int sum(List<StoreFinding> findings) {
    long broken = count(findings, StoreFinding.Severity.BROKEN);
    long warnings = count(findings, StoreFinding.Severity.WARNING);
    session
        .terminal()
        .print(
            broken > 0
                ? "broken: " + broken + ", warnings: " + warnings
                : warnings > 0 ? "works, warnings: " + warnings : "healthy");
    return broken > 0 ? ExitCode.FAILED : warnings > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }

  private static long count(List<StoreFinding> findings, StoreFinding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
