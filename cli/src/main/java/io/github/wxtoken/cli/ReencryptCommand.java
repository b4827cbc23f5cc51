package io.github.wxtoken.cli;

import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.Reencryption;
import io.github.wxtoken.store.TokenCipher;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves all tokens of an encrypted store to its primary key. */
@Command(
    name = "reencrypt",
    header = "Moves an encrypted store to its primary key.",
    description =
        "Moves all tokens of an encrypted store to the first key of --key-file, by compare-and-set, while"
            + " the store is in use. With --accept-plaintext it encrypts a store that was not encrypted."
            + " Run it until it exits with 0; then the old key can be dropped.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class ReencryptCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  ReencryptCommand(Session session) {
    this.session = session;
  }

  /** Ends the walk. */
  private static final class StoppedException extends RuntimeException {}

  @Override
  public Integer call() {
    StoreAddress address = store.address(session.terminal());
    TokenCipher keys = address.cipher();
    if (keys == null) {
      throw CliException.usage(
          "cannot encrypt",
          "no key is given",
          "Name a file with --key-file, or set WXTOKEN_KEYS: ID:BASE64, the primary key first");
    }
    Reencryption[] reached = {new Reencryption(0, 0, 0, 0, List.of())};
    try (EncryptedTokenStore opened = address.openEncrypted(keys);
        Progress progress = new Progress(session.terminal(), "looked at", size(opened))) {
      reached[0] =
          opened.reencrypt(
              walked -> {
                progress.add(sum(walked) - sum(reached[0]));
                reached[0] = walked;
                if (session.interrupt().isRequested()) {
                  throw new StoppedException();
                }
              });
    } catch (StoppedException e) {
      session
          .terminal()
          .say("interrupted: what was moved stays. Run the command again for the rest");
    }
    return report(reached[0]);
  }

  private static OptionalLong size(EncryptedTokenStore opened) {
    return opened.approximateSize();
  }

  private static long sum(Reencryption walked) {
    return walked.current() + walked.moved() + walked.contended() + walked.failed();
  }

  private int report(Reencryption walked) {
    Terminal terminal = session.terminal();
    terminal.print("moved: " + Progress.number(walked.moved()));
    terminal.print("under the primary key already: " + Progress.number(walked.current()));
    if (!walked.isComplete()) {
      terminal.print("changed by others meanwhile: " + Progress.number(walked.contended()));
      terminal.print("cannot be read or decrypted: " + Progress.number(walked.failed()));
      walked.failedOpenids().stream().limit(20).forEach(openid -> terminal.say("  " + openid));
      if (walked.failed() > 0) {
        terminal.say(
            "a record that is not encrypted yet needs --accept-plaintext; one under another key needs"
                + " that key in --key-file");
      }
    }
    return walked.isComplete() ? ExitCode.OK : ExitCode.ATTENTION;
  }
}
