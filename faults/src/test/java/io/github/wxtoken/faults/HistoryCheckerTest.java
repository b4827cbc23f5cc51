package io.github.wxtoken.faults;

import static io.github.wxtoken.faults.HistoryChecker.Rule.LINEARIZABLE;
import static io.github.wxtoken.faults.HistoryChecker.Rule.NO_ACKNOWLEDGED_WRITE_IS_LOST;
import static io.github.wxtoken.faults.HistoryChecker.Rule.NO_RETIRED_GRANT_COMES_BACK;
import static io.github.wxtoken.faults.HistoryChecker.Rule.ONE_HOLDER_OF_A_LEASE;
import static io.github.wxtoken.faults.HistoryChecker.Rule.READS_ARE_OF_WRITES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.HistoryChecker.Rule;
import io.github.wxtoken.faults.HistoryChecker.Violation;
import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.faults.Operation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that the checker accepts, and those that it rejects. Numbers are seconds. */
class HistoryCheckerTest {
  private static final String OPENID = "oA";
  private static final String LEASE = "refresh:" + OPENID;

  private final History history = new History();
  private long ids;

  @Test
  void acceptsGrantsThatSucceedEachOther() {
    saved("g1", 0, 1);
    read("g1", 2, 3);
    replaced("g1", "g2", true, 4, 5);
    read("g2", 6, 7);
    replaced("g1", "g3", false, 8, 9);
    read("g2", 10, 11);

    assertAccepted();
  }

  @Test
  void acceptsAReadDuringAWriteOfBeforeAndOfAfterIt() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 10);
    read("g2", 3, 4);
    read("g2", 5, 6);

    assertAccepted();
  }

  @Test
  void rejectsAReadDuringAWriteThatGoesBack() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 10);
    read("g2", 3, 4);
    read("g1", 5, 6);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsAReadOfWhatNobodyWrote() {
    saved("g1", 0, 1);
    read("g9", 2, 3);

    assertRejected(READS_ARE_OF_WRITES, LINEARIZABLE);
  }

  @Test
  void rejectsAReadOfWhatIsWrittenLater() {
    read("g1", 0, 1);
    saved("g1", 2, 3);

    assertRejected(READS_ARE_OF_WRITES, LINEARIZABLE);
  }

  @Test
  void rejectsAReadOfWhatWasRefused() {
    add(Kind.SAVE, null, "g1", 0, 1, Outcome.FAILED, false);
    read("g1", 2, 3);

    assertRejected(READS_ARE_OF_WRITES, LINEARIZABLE);
  }

  @Test
  void rejectsASavedTokenThatIsGone() {
    saved("g1", 0, 1);
    read(null, 2, 3);

    assertRejected(NO_ACKNOWLEDGED_WRITE_IS_LOST, LINEARIZABLE);
  }

  @Test
  void acceptsADeletedTokenThatIsGone() {
    saved("g1", 0, 1);
    add(Kind.DELETE, null, null, 2, 3, Outcome.OK, true);
    read(null, 4, 5);

    assertAccepted();
  }

  @Test
  void rejectsADeletedTokenThatIsThere() {
    saved("g1", 0, 1);
    add(Kind.DELETE, null, null, 2, 3, Outcome.OK, true);
    read("g1", 4, 5);

    assertRejected(NO_ACKNOWLEDGED_WRITE_IS_LOST, LINEARIZABLE);
  }

  @Test
  void rejectsAReadOfWhatASavedTokenTookThePlaceOf() {
    saved("g1", 0, 1);
    saved("g2", 2, 3);
    read("g1", 4, 5);

    assertRejected(NO_ACKNOWLEDGED_WRITE_IS_LOST, LINEARIZABLE);
  }

  @Test
  void acceptsEitherOfTwoSavesAtTheSameTime() {
    saved("g1", 0, 5);
    saved("g2", 1, 4);
    read("g1", 6, 7);
    read("g1", 8, 9);

    assertAccepted();
  }

  @Test
  void rejectsThatBothOfTwoSavesAtTheSameTimeAreTheLast() {
    saved("g1", 0, 5);
    saved("g2", 1, 4);
    read("g1", 6, 7);
    read("g2", 8, 9);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsAReadOfAGrantWhoseSuccessorWasAcknowledged() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 3);
    read("g1", 4, 5);

    assertRejected(NO_RETIRED_GRANT_COMES_BACK, NO_ACKNOWLEDGED_WRITE_IS_LOST, LINEARIZABLE);
  }

  @Test
  void rejectsABlindSaveOfAGrantWhoseSuccessorsSuccessorWasAcknowledged() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 3);
    replaced("g2", "g3", true, 4, 5);
    saved("g1", 6, 7); // a register may do that, a store of grants may not
    read("g1", 8, 9);

    assertRejected(NO_RETIRED_GRANT_COMES_BACK);
  }

  @Test
  void rejectsAGrantWhoseLostSuccessionLedToAnAcknowledgedOne() {
    saved("g1", 0, 1);
    add(Kind.REPLACE, "g1", "g2", 2, 3, Outcome.UNKNOWN, false);
    replaced("g2", "g3", true, 4, 5);
    saved("g1", 6, 7);

    assertRejected(NO_RETIRED_GRANT_COMES_BACK);
  }

  @Test
  void rejectsACompareAndSetThatDidNotCompare() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 3);
    replaced("g1", "g3", true, 4, 5);
    read("g3", 6, 7);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsTwoWinnersAtTheSameTime() {
    saved("g1", 0, 1);
    replaced("g1", "g2", true, 2, 6);
    replaced("g1", "g3", true, 3, 5);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsACompareAndSetThatLostAgainstNobody() {
    saved("g1", 0, 1);
    replaced("g1", "g2", false, 2, 3);
    read("g1", 4, 5);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsTwoThatWereAbsentAtOnce() {
    add(Kind.SAVE_IF_ABSENT, null, "g1", 0, 3, Outcome.OK, true);
    add(Kind.SAVE_IF_ABSENT, null, "g2", 1, 2, Outcome.OK, true);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void acceptsAnUnknownWriteThatNeverCameToPass() {
    saved("g1", 0, 1);
    add(Kind.REPLACE, "g1", "g2", 2, 3, Outcome.UNKNOWN, false);
    read("g1", 4, 5);
    replaced("g1", "g3", true, 6, 7);
    read("g3", 8, 9);

    assertAccepted();
  }

  @Test
  void acceptsAnUnknownWriteThatCameToPassLongAfterItsCallerGaveUp() {
    saved("g1", 0, 1);
    add(Kind.REPLACE, "g1", "g2", 2, 3, Outcome.UNKNOWN, false);
    read("g1", 4, 5);
    read("g2", 6, 7);
    replaced("g2", "g3", true, 8, 9);

    assertAccepted();
  }

  @Test
  void acceptsAWriteThatAKillCutOffWhetherItCameToPassOrNot() {
    saved("g1", 0, 1);
    add(Kind.REPLACE, "g1", "g2", 2, Operation.NEVER, Outcome.UNKNOWN, false);
    read("g2", 4, 5);

    assertAccepted();
  }

  @Test
  void rejectsAnUnknownWriteThatComesToPassTwice() {
    saved("g1", 0, 1);
    add(Kind.SAVE, null, "g2", 2, 3, Outcome.UNKNOWN, false);
    read("g2", 4, 5);
    saved("g3", 6, 7);
    read("g2", 8, 9);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void rejectsAnUnknownCompareAndSetWhoseGrantWasGone() {
    saved("g1", 0, 1);
    saved("g3", 2, 3);
    add(Kind.REPLACE, "g1", "g2", 4, 5, Outcome.UNKNOWN, false);
    read("g2", 6, 7);

    assertRejected(LINEARIZABLE);
  }

  @Test
  void findsTheOrderOfManyWritesAtTheSameTime() {
    saved("g0", 0, 1);
    for (int i = 0; i < 30; i++) {
      // Only one order explains them, and it is not that of their invocation.
      replaced("g" + i, "g" + (i + 1), true, 40 - i, 100);
    }
    read("g30", 101, 102);

    assertAccepted();
  }

  @Test
  void acceptsOneHolderAfterTheOther() {
    lease("p1", 1, 100, 0, 1);
    release("p1", 1, 5);
    lease("p2", 2, 100, 4, 6);

    assertAccepted();
  }

  @Test
  void rejectsTwoHoldersAtATime() {
    lease("p1", 1, 100, 0, 1);
    lease("p2", 2, 100, 4, 6);
    release("p1", 1, 7);

    assertRejected(ONE_HOLDER_OF_A_LEASE);
  }

  @Test
  void rejectsAHolderBesideTheOneBeforeTheLast() {
    lease("p1", 1, 100, 0, 1);
    lease("p2", 2, 5, 4, 6);
    lease("p3", 3, 100, 10, 11);

    assertRejected(ONE_HOLDER_OF_A_LEASE);
    assertThat(HistoryChecker.violations(history)).hasSize(2);
  }

  @Test
  void acceptsASecondHolderWhenTheFirstHasOverrun() {
    lease("p1", 1, 10, 0, 1);
    lease("p2", 2, 10, 11, 12);
    release("p1", 1, 15);

    assertAccepted();
  }

  @Test
  void acceptsASecondHolderOfALeaseThatWasOverBeforeTheFirstKnewOfIt() {
    lease("p1", 1, 5, 0, 8);
    lease("p2", 2, 100, 6, 7);

    assertAccepted();
  }

  @Test
  void aLeaseThatWasOverBeforeItsHolderHadSavedIsAnOverrun() {
    lease("p1", 1, 10, 0, 1);
    operation("p1", 2, Kind.REPLACE, OPENID, "g1", "g2", 0, 8, 11, Outcome.OK, false);

    assertThat(LeaseHistory.overruns(history)).extracting(Operation::id).containsExactly(2L);
  }

  @Test
  void aHolderThatSavesWithinItsLeaseDoesNotOverrun() {
    lease("p2", 1, 10, 0, 1);
    lease("p1", 2, 10, 2, 3);
    operation("p1", 3, Kind.REPLACE, OPENID, "g1", "g2", 0, 8, 11, Outcome.OK, true);

    assertThat(LeaseHistory.overruns(history)).isEmpty();
  }

  @Test
  void whatWasStoredWhenAHistoryBeganAnewIsNotLostEither() {
    saved("g1", 0, 1);
    read("g1", 2, 3);
    history.forgetAllButWhatIsStored();
    read(null, 4, 5);

    assertRejected(NO_ACKNOWLEDGED_WRITE_IS_LOST, LINEARIZABLE);
  }

  @Test
  void whatWasStoredWhenAHistoryBeganAnewIsRead() {
    saved("g1", 0, 1);
    read("g1", 2, 3);
    history.forgetAllButWhatIsStored();
    history.forgetAllButWhatIsStored();
    read("g1", 4, 5);
    replaced("g1", "g2", true, 6, 7);

    assertAccepted();
  }

  @Test
  void aHistoryDoesNotBeginAnewWhereNobodyKnowsWhatIsStored() {
    saved("g1", 0, 1);
    read("g1", 2, 3);
    replaced("g1", "g2", true, 4, 5);

    assertThatThrownBy(history::forgetAllButWhatIsStored).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keepsWhatAProcessLoggedBeforeItWasKilled(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("history");
    saved("g1", 0, 1);
    add(Kind.REPLACE, "g1", "g2", 2, Operation.NEVER, Outcome.UNKNOWN, false);
    history.operations().forEach(History.writer(file));
    assertThat(Files.readString(file)).hasLineCount(2);

    History read = new History();
    read.takeFrom(file);

    assertThat(read.operations()).isEqualTo(history.operations());
    assertThat(file).isEmptyFile();
  }

  private void saved(String grant, long from, long to) {
    add(Kind.SAVE, null, grant, from, to, Outcome.OK, true);
  }

  private void read(@Nullable String grant, long from, long to) {
    add(Kind.READ, null, grant, from, to, Outcome.OK, true);
  }

  private void replaced(String expected, String grant, boolean done, long from, long to) {
    add(Kind.REPLACE, expected, grant, from, to, Outcome.OK, done);
  }

  private void add(
      Kind kind,
      @Nullable String expected,
      @Nullable String grant,
      long from,
      long to,
      Outcome outcome,
      boolean done) {
    operation("p", ++ids, kind, OPENID, expected, grant, 0, from, to, outcome, done);
  }

  private void lease(String holder, long id, long atMost, long from, long to) {
    String lease = holder + "-" + id;
    operation(holder, id, Kind.LEASE, LEASE, null, lease, atMost, from, to, Outcome.OK, true);
  }

  private void release(String holder, long lease, long at) {
    operation(
        holder,
        lease + 1_000,
        Kind.RELEASE,
        LEASE,
        null,
        holder + "-" + lease,
        0,
        at,
        at,
        Outcome.OK,
        true);
  }

  private void operation(
      String process,
      long id,
      Kind kind,
      String key,
      @Nullable String expected,
      @Nullable String grant,
      long atMost,
      long from,
      long to,
      Outcome outcome,
      boolean done) {
    history.accept(
        new Operation(
            process,
            id,
            kind,
            key,
            expected,
            grant,
            nanos(atMost),
            nanos(from),
            nanos(to),
            outcome,
            done));
  }

  private static long nanos(long seconds) {
    return seconds == Operation.NEVER ? seconds : TimeUnit.SECONDS.toNanos(seconds);
  }

  private void assertAccepted() {
    assertThat(HistoryChecker.violations(history)).isEmpty();
  }

  private void assertRejected(Rule... rules) {
    List<Violation> violations = HistoryChecker.violations(history);
    assertThat(violations).extracting(Violation::rule).containsOnly(rules);
  }
}
