package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies all tokens of a store to another one, while both are in use. */
@Command(
    name = "copy",
    header = "Copies all tokens to another store, while both are in use.",
    description = {
      "Copies all tokens from one store to another by compare-and-set, while both are in use. A token"
          + " at the target that is as late or later stays. Run it again until it writes nothing:"
          + " what changes at the source behind it is copied by the next run.",
      "",
      "Both sides may be files of JSON lines (jsonl:FILE), and the source a table of your own"
          + " (--from-table and --map). A line is what wechat-oauth stores: openid, access_token,"
          + " refresh_token, expires_in (seconds), scope, create_at (milliseconds), and perhaps"
          + " unionid and session_key."
    },
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  wxtoken copy --from-file a.url --to-file b.url --resume state",
      "  wxtoken copy --from-file a.url --to jsonl:tokens.jsonl",
      "  wxtoken copy --from-file app.url --from-table wechat_user \\",
      "    --map openid=open_id,access_token=at,create_at=ctime*1000 \\",
      "    --to-file b.url --dry-run"
    })
final class CopyCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private FromOption from = new FromOption();
  @Mixin private ToOption to = new ToOption();

  @Option(
      names = "--from-table",
      paramLabel = "NAME",
      description = "A table or a view of your own, in the SQL database of --from; needs --map.")
  private @Nullable String fromTable;

  @Option(
      names = "--map",
      paramLabel = "FIELD=COLUMN,...",
      description =
          "Which column, or field of a JSON line, becomes which field of a token: openid=open_id,"
              + "access_token=at,create_at=ctime*1000,expires_in=7200,scope='snsapi_base'. Fields that"
              + " are not named come from the column of their own name. create_at is in milliseconds.")
  private @Nullable String map;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Keeps in this file how far the copy has come, without secrets, and goes on from there if it"
              + " exists. It is deleted at the end.")
  private @Nullable Path resume;

  @Option(names = "--dry-run", description = "Writes nothing, and says what would be written.")
  private boolean dryRun;

  @Option(
      names = "--verify",
      description = "Reads everything again at the end, and says which tokens the target lacks.")
  private boolean verify;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most N tokens a second. Default: as fast as both stores are.")
  private long rate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "32",
      description = "Writers at a time. Default: ${DEFAULT-VALUE}.")
  private int threads;

  CopyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Options.requireThreads(threads);
    Options.requireRate(rate);
    StoreAddress target = to.address(session.terminal());
    StoreAddress origin = from.address(session.terminal());
    boolean exports = target.isLines();
    if (exports) {
      requireExport();
    }
    try (TokenSource source = source(origin)) {
      return exports ? export(source, target.lines()) : copy(source, origin, target);
    }
  }

  private void requireExport() {
    String target = "a file of lines";
    to.refuseView(session.terminal(), target);
    String given = resume != null ? "--resume" : verify ? "--verify" : null;
    if (given != null) {
      throw CliException.usage(
          "cannot use " + given,
          target + " is written at once: it is complete, or it is missing",
          "Leave it out");
    }
  }

  /** A store is what its keys decrypt, and what its scope shows; other sources have neither. */
  private boolean isStore(StoreAddress origin) {
    return fromTable == null && !origin.isLines();
  }

  private TokenSource source(StoreAddress address) {
    FieldMapping mapping = map == null ? null : FieldMapping.parse(map);
    if (!isStore(address)) {
      from.refuseView(
          session.terminal(), fromTable == null ? "a file of lines" : "a table of your own");
    }
    if (fromTable != null) {
      if (mapping == null) {
        throw CliException.usage(
            "cannot read the table " + fromTable,
            "--map is missing",
            "Say which column is which field: --map openid=open_id,access_token=at,create_at=ctime*1000");
      }
      return TableSource.open(address.url(), fromTable, mapping);
    }
    if (address.isLines()) {
      return JsonLinesSource.open(address.lines(), mapping);
    }
    if (mapping != null) {
      throw CliException.usage(
          "cannot use --map",
          "--from is a store of wxtoken, whose fields are known",
          "Name a table of your own with --from-table, or leave --map out");
    }
    return StoreSource.of(address.open(1), address, session);
  }

  private int export(TokenSource source, Path name) {
    if (dryRun) {
      JsonLinesTarget.requireAbsent(name);
    }
    Complaints complaints = new Complaints(session.terminal());
    Pacer pacer = new Pacer(rate);
    long count = 0;
    long encrypted = 0;
    try (JsonLinesTarget file = dryRun ? null : JsonLinesTarget.create(name);
        Progress progress = new Progress(session.terminal(), "written", source.size());
        Stream<TokenSource.Item> items = source.items(null, skipped -> {}, complaints::add)) {
      Iterator<TokenSource.Item> each = items.iterator();
      while (each.hasNext() && !session.interrupt().isRequested()) {
        OAuthToken token = each.next().token();
        if (file != null) {
          file.write(token);
        }
        encrypted += TokenCopier.isEncrypted(token) ? 1 : 0;
        progress.add(1);
        pacer.pass(1);
        count++;
      }
      if (session.interrupt().isRequested()) {
        session.terminal().say("interrupted: nothing is left of the file. Run the command again");
        return ExitCode.INTERRUPTED;
      }
      if (file != null) {
        file.complete();
      }
    }
    session
        .terminal()
        .print(
            (dryRun ? "would be written: " : "written: ")
                + Progress.number(count)
                + (encrypted == 0 ? " tokens, in the clear" : " tokens"));
    if (encrypted > 0) {
      session
          .terminal()
          .print(
              "of these hold ciphertext: "
                  + Progress.number(encrypted)
                  + ". To write tokens in the clear, give the keys (--from-key-file)");
    }
    if (complaints.count() > 0) {
      session.terminal().print("left out, since they cannot be read: " + complaints.count());
    }
    return complaints.count() > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }

  private int copy(TokenSource source, StoreAddress origin, StoreAddress address) {
    requireTwo(source.identity(), address.identity());
    try (TokenStore target = address.openOrCreate(threads)) {
      showMissingColumns(target);
      TokenCopier copier = new TokenCopier(target, dryRun, bytesStayValid(origin, address));
      CopyRun run = new CopyRun(session, source, target, copier, threads, rate);
      ResumeFile state =
          resume == null || dryRun
              ? null
              : ResumeFile.open(resume, source.identity(), address.identity());
      try {
        run.run(state);
      } catch (CliException e) {
        int unused = run.report(dryRun, resume);
        throw e;
      } catch (TokenStoreException e) {
        int unused = run.report(dryRun, resume);
        throw CliException.failed(
            "the copy has stopped",
            String.valueOf(e.getMessage()),
            "What is counted above is at the target. Run the same command again to go on");
      }
      int code = run.report(dryRun, resume);
      return verify && !dryRun && !session.interrupt().isRequested()
          ? Math.max(code, verify(origin, target))
          : code;
    }
  }

  /**
   * Tells whether ciphertext that the source yields can be decrypted at the target: only if neither
   * side has keys, and a token keeps its key. A source with keys yields none.
   */
  private static boolean bytesStayValid(StoreAddress origin, StoreAddress target) {
    return origin.cipher() == null && target.cipher() == null && origin.hasScopeOf(target);
  }

  /** Values without a column would be dropped silently. */
  private void showMissingColumns(TokenStore target) {
    try {
      target.diagnose().stream()
          .filter(finding -> finding.severity() == StoreFinding.Severity.WARNING)
          .filter(finding -> finding.what().contains("has no column"))
          .forEach(
              finding ->
                  session
                      .terminal()
                      .say("warning: " + finding.what() + ". To fix it: " + finding.remedy()));
    } catch (TokenStoreException e) {
      session.terminal().say("warning: the target was not checked: " + e.getMessage());
    }
  }

  private static void requireTwo(String source, String target) {
    if (source.equals(target)) {
      throw CliException.usage(
          "cannot copy", "source and target are both " + source, "Name two stores");
    }
  }

  private int verify(StoreAddress origin, TokenStore target) {
    try (TokenSource again = source(origin)) {
      Comparison comparison = new Comparison(session, threads);
      try {
        comparison.forward(again, target, openid -> {});
      } catch (TokenStoreException e) {
        throw CliException.failed(
            "everything was copied, and the verification failed",
            String.valueOf(e.getMessage()),
            "Run: wxtoken verify");
      }
      return comparison.reportForward();
    }
  }
}
