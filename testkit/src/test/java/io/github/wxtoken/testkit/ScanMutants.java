package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stores whose scan is not what is stored. */
final class ScanMutants {
  private static final String REPORTED = "WrittenByOthers.aScanReportsABrokenRecordAndGoesOn";

  static final List<Mutant> ALL =
      List.of(
          scans(
              "misses the first token",
              tokens -> tokens.skip(1),
              "Scan.everyTokenAppearsOnceAndWhole"),
          scans(
              "shows tokens twice",
              tokens -> tokens.flatMap(token -> Stream.of(token, token)),
              "Scan.everyTokenAppearsOnceAndWhole"),
          scans(
              "shows no sessions",
              tokens -> tokens.filter(token -> token.accessToken() != null),
              "Scan.sessionsAppear"),
          scans(
              "shows tokens by halves",
              tokens -> tokens.map(token -> token.toBuilder().extraJson(null).build()),
              "Scan.everyTokenAppearsOnceAndWhole"),
          scans(
              "shows the first thousand",
              tokens -> tokens.limit(1_000),
              "Scan.aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter"),
          Mutant.of(
              "shows a changed token again",
              ShowsChangedTokensAgain::new,
              "Scan.aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter"),
          Mutant.of(
              "counts pages from the front while tokens go",
              PagesByOffset::new,
              "Scan.theStoreMayBeUsedWhileItIsScanned"),
          reports(
              "passes over broken records",
              (broken, corrupt) -> {},
              REPORTED,
              "WrittenByOthers.aScanReportsARecordThatIsTooLongAndGoesOn",
              "WrittenByOthers.aScanEndsWithWhatTheConsumerOfBrokenRecordsThrows"),
          reports(
              "ends a scan at a broken record",
              (broken, corrupt) -> {
                throw broken;
              },
              REPORTED,
              "WrittenByOthers.aScanReportsARecordThatIsTooLongAndGoesOn",
              "WrittenByOthers.aScanWithoutAConsumerSkipsABrokenRecord"),
          reports(
              "reports a broken record and ends the scan",
              (broken, corrupt) -> {
                corrupt.accept(broken);
                throw broken;
              },
              REPORTED,
              "WrittenByOthers.aScanWithoutAConsumerSkipsABrokenRecord"),
          reports(
              "reports a broken record twice",
              (broken, corrupt) -> {
                corrupt.accept(broken);
                corrupt.accept(broken);
              },
              REPORTED),
          reports(
              "reports a broken record without its key",
              (broken, corrupt) -> corrupt.accept(new CorruptTokenException("?", "it is broken")),
              REPORTED),
          reports(
              "goes on after the consumer of broken records threw",
              (broken, corrupt) -> {
                try {
                  corrupt.accept(broken);
                } catch (CorruptTokenException e) {
                  // as if the scan were to continue
                }
              },
              "WrittenByOthers.aScanEndsWithWhatTheConsumerOfBrokenRecordsThrows"),
          Mutant.of(
              "leaks what a scan holds",
              LeaksScans::new,
              "Scan.aScanMayBeClosedHalfWayManyTimes",
              "Scan.aScanMayBeClosedBeforeItIsRead"),
          Mutant.of(
              "has one scan at a time",
              OneScanAtATime::new,
              "Scan.twoScansAtOnceDoNotDisturbEachOther"));

  private ScanMutants() {}

  private static Mutant scans(
      String name, UnaryOperator<Stream<OAuthToken>> scan, String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
                return scan.apply(super.tokens(corrupt));
              }
            },
        rejectedBy);
  }

  private static Mutant reports(
      String name,
      BiConsumer<CorruptTokenException, Consumer<CorruptTokenException>> report,
      String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              void report(CorruptTokenException broken, Consumer<CorruptTokenException> corrupt) {
                report.accept(broken, corrupt);
              }
            },
        rejectedBy);
  }

  /** Scans in the order of the last change, as a directory does that lists by time of renaming. */
  private static final class ShowsChangedTokensAgain extends PlainTokenStore {
    private final ConcurrentMap<String, Long> changes = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, String> order = new ConcurrentSkipListMap<>();
    private final AtomicLong clock = new AtomicLong();

    ShowsChangedTokensAgain(Data data) {
      super(data);
    }

    @Override
    public void saveToken(String openid, OAuthToken token) {
      super.saveToken(openid, token);
      changes.compute(
          openid,
          (key, before) -> {
            if (before != null) {
              order.remove(before);
            }
            long now = clock.incrementAndGet();
            order.put(now, openid);
            return now;
          });
    }

    @Override
    public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
      requireOpen();
      return order.values().stream().flatMap(openid -> Optional.ofNullable(look(openid)).stream());
    }
  }

  /** {@code LIMIT 1 OFFSET n}, again and again. */
  private static final class PagesByOffset extends PlainTokenStore {
    PagesByOffset(Data data) {
      super(data);
    }

    @Override
    public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
      requireOpen();
      return IntStream.iterate(0, n -> n + 1)
          .mapToObj(n -> data.records().keySet().stream().sorted().skip(n).findFirst())
          .takeWhile(Optional::isPresent)
          .flatMap(key -> Optional.ofNullable(look(key.orElseThrow())).stream());
    }
  }

  /** A cursor goes back to its pool of 20 only when it is read to the end. */
  private static final class LeaksScans extends PlainTokenStore {
    private final Semaphore cursors = new Semaphore(20);

    LeaksScans(Data data) {
      super(data);
    }

    @Override
    public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
      if (!cursors.tryAcquire()) {
        throw new TokenStoreException("no cursor is left", null);
      }
      return Stream.concat(super.tokens(corrupt), Stream.of(cursors).flatMap(LeaksScans::giveBack));
    }

    private static Stream<OAuthToken> giveBack(Semaphore cursors) {
      cursors.release();
      return Stream.empty();
    }
  }

  /** One connection, which a scan keeps until it is closed. */
  private static final class OneScanAtATime extends PlainTokenStore {
    private final AtomicBoolean busy = new AtomicBoolean();

    OneScanAtATime(Data data) {
      super(data);
    }

    @Override
    public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
      if (!busy.compareAndSet(false, true)) {
        throw new TokenStoreException("another scan is open", null);
      }
      return super.tokens(corrupt).onClose(() -> busy.set(false));
    }
  }
}
