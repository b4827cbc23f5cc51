package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.OptionalLong;
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
          + " (--from-table and --map)."
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
  private static final String JSON_LINES = "jsonl:";

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
    try (TokenSource source = source()) {
      return isJsonLines(target.url())
          ? export(source, JsonLinesTarget.create(file(target.url())))
          : copy(source, target);
    }
  }

  private TokenSource source() {
    FieldMapping mapping = map == null ? null : FieldMapping.parse(map);
    StoreAddress address = from.address(session.terminal());
    if (fromTable != null) {
      if (mapping == null) {
        throw CliException.usage(
            "cannot read the table " + fromTable,
            "--map is missing",
            "Say which column is which field: --map openid=open_id,access_token=at,create_at=ctime*1000");
      }
      return TableSource.open(address.url(), fromTable, mapping);
    }
    if (isJsonLines(address.url())) {
      return JsonLinesSource.open(file(address.url()), mapping);
    }
    if (mapping != null) {
      throw CliException.usage(
          "cannot use --map",
          "--from is a store of wxtoken, whose fields are known",
          "Name a table of your own with --from-table, or leave --map out");
    }
    return new StoreSource(address.open(1), address.isOrdered());
  }

  private static boolean isJsonLines(String url) {
    return url.startsWith(JSON_LINES);
  }

  private static Path file(String url) {
    return Options.path(url.substring(JSON_LINES.length()), JSON_LINES + "FILE");
  }

  private int export(TokenSource source, JsonLinesTarget file) {
    Complaints complaints = new Complaints(session.terminal());
    Pacer pacer = new Pacer(rate);
    long count = 0;
    try (file;
        Progress progress = new Progress(session.terminal(), "written", source.size());
        Stream<TokenSource.Item> items = source.items(null, skipped -> {}, complaints::add)) {
      Iterator<TokenSource.Item> each = items.iterator();
      while (each.hasNext() && !session.interrupt().isRequested()) {
        file.write(each.next().token());
        progress.add(1);
        pacer.pass(1);
        count++;
      }
      if (session.interrupt().isRequested()) {
        session.terminal().say("interrupted: nothing is left of the file. Run the command again");
        return ExitCode.INTERRUPTED;
      }
      file.complete();
    }
    session.terminal().print("written: " + Progress.number(count) + " tokens, in the clear");
    if (complaints.count() > 0) {
      session.terminal().print("left out, since they cannot be read: " + complaints.count());
    }
    return complaints.count() > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }

  private int copy(TokenSource source, StoreAddress address) {
    try (TokenStore target = address.open(threads)) {
      requireTwo(source.description(), target.description());
      CopyRun run = new CopyRun(session, source, target, copier(target, address), threads, rate);
      ResumeFile state =
          resume == null || dryRun
              ? null
              : ResumeFile.open(resume, source.description(), target.description());
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
          ? Math.max(code, verify(target))
          : code;
    }
  }

  private TokenCopier copier(TokenStore target, StoreAddress to) {
    StoreAddress source = from.address(session.terminal());
    boolean sameBytes = source.cipher() == null && to.cipher() == null && source.hasScopeOf(to);
    return new TokenCopier(target, dryRun, sameBytes || source.cipher() != null);
  }

  private static void requireTwo(String source, String target) {
    if (source.equals(target)) {
      throw CliException.usage(
          "cannot copy", "source and target are both " + source, "Name two stores");
    }
  }

  private int verify(TokenStore target) {
    try (TokenSource again = source()) {
      Comparison comparison = new Comparison(session, threads, OptionalLong.empty());
      try {
        comparison.forward(again, target);
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
