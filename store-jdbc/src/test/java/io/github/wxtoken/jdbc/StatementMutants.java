package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Wrong SQL, one clause at a time, made from the statements that the store prepares. Parameters
 * stay as they are.
 *
 * <p>Not here: the empty string of a README table for null, whose columns are NOT NULL, so that
 * {@code =} and {@code <=>} are the same there; and the sweep of leases, which runs by chance.
 */
final class StatementMutants {
  private static final String REPLACE = "UPDATE `token` ";
  private static final String FIND = "SELECT 1 FROM `token` ";
  private static final String INSERT = "INSERT INTO `token`(";
  private static final String DELETE = "DELETE FROM `token` ";
  private static final String TAKE = "UPDATE `token_lease` ";
  private static final String LEASE = "INSERT INTO `token_lease`(";
  private static final String RELEASE = "DELETE FROM `token_lease` WHERE name = ? ";
  private static final String HELD = "SELECT 1 FROM `token_lease` ";

  private final Dialect dialect;
  private final String key;

  StatementMutants(Dialect dialect) {
    this.dialect = dialect;
    this.key = "`openid` = ?" + dialect.byBytes;
  }

  /** On a table of ours. */
  List<StatementMutant<String>> onOurTable() {
    return Stream.of(grants(), ourGrants(), finds(), tokens(), bounds(), pages(), leases())
        .flatMap(List::stream)
        .toList();
  }

  /** With a driver that counts the rows that it changed, and not those that it found. */
  static List<StatementMutant<String>> whereChangedRowsCount() {
    return List.of(
        StatementMutant.of(
            "find finds nothing",
            edit(FIND, " WHERE ", " WHERE 1=0 AND "),
            "Replace.aTokenIsReplacedByItself"));
  }

  /** On wechat-oauth's table, which has a text for {@code create_at} and no session key. */
  List<StatementMutant<String>> onReadmeTable() {
    return Stream.of(
            grants(),
            List.of(
                StatementMutant.of(
                    "replace does not compare create_at",
                    without(REPLACE, same("create_at")),
                    "Replace.anotherCreateAtIsAnotherGrant"),
                StatementMutant.of(
                    "replace compares the text of create_at as a number",
                    edit(REPLACE, " AND " + same("create_at"), " AND " + asNumber("create_at")),
                    "Replace.createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber")))
        .flatMap(List::stream)
        .toList();
  }

  private List<StatementMutant<String>> grants() {
    return List.of(
        StatementMutant.of(
            "replace does not compare access_token",
            without(REPLACE, same("access_token")),
            "Replace.anotherAccessTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare refresh_token",
            without(REPLACE, same("refresh_token")),
            "Replace.anotherRefreshTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace compares access_token by a collation",
            edit(REPLACE, " AND " + same("access_token"), " AND " + folded("access_token")),
            "Replace.tokensAreComparedByCase"),
        StatementMutant.of(
            "replace compares refresh_token by a collation",
            edit(REPLACE, " AND " + same("refresh_token"), " AND " + folded("refresh_token")),
            "Replace.tokensAreComparedByCase"),
        StatementMutant.of(
            "replace does not compare openid",
            without(REPLACE, key),
            "Replace.otherTokensStayAsTheyAre",
            "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike"),
        StatementMutant.of(
            "replace compares openid by a collation",
            edit(REPLACE, key, folded("openid")),
            "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike"));
  }

  private List<StatementMutant<String>> ourGrants() {
    return List.of(
        StatementMutant.of(
            "replace does not compare session_key",
            without(REPLACE, same("session_key")),
            "Replace.anotherSessionKeyIsAnotherGrant"),
        StatementMutant.of(
            "replace compares session_key by a collation",
            edit(REPLACE, " AND " + same("session_key"), " AND " + folded("session_key")),
            "Replace.sessionKeysAreComparedByCase"),
        StatementMutant.of(
            "replace does not compare create_at",
            without(REPLACE, "`create_at` = ?"),
            "Replace.anotherCreateAtIsAnotherGrant"),
        StatementMutant.of(
            "replace compares create_at as floating point",
            edit(REPLACE, " AND `create_at` = ?", " AND " + asNumber("create_at")),
            "Replace.createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber"),
        StatementMutant.of(
            "replace compares access_token as SQL compares null",
            edit(REPLACE, same("access_token"), plain("access_token")),
            "Replace.nullEqualsNull"),
        StatementMutant.of(
            "replace compares refresh_token as SQL compares null",
            edit(REPLACE, same("refresh_token"), plain("refresh_token")),
            "Replace.nullEqualsNull"),
        StatementMutant.of(
            "replace compares session_key as SQL compares null",
            edit(REPLACE, same("session_key"), plain("session_key")),
            "Replace.theSameGrantIsReplaced"));
  }

  /** Mutants of the statement that checks whether the new token is stored. */
  private List<StatementMutant<String>> finds() {
    return List.of(
        StatementMutant.of(
            "find does not compare access_token",
            without(FIND, same("access_token")),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare refresh_token",
            without(FIND, same("refresh_token")),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare create_at",
            without(FIND, "`create_at` = ?"),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare session_key",
            without(FIND, same("session_key")),
            "Replace.aSessionThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.equivalent(
            "find does not compare scope: a row of this grant with another scope was just updated",
            without(FIND, same("scope"))),
        StatementMutant.equivalent(
            "find does not compare its key: the openid is among the columns, too",
            edit(FIND, " WHERE " + key, " WHERE (" + key + " OR 1=1)")));
  }

  private List<StatementMutant<String>> tokens() {
    return List.of(
        StatementMutant.of(
            "insert takes the place of what is there",
            edit(INSERT, "INSERT ", "REPLACE "),
            "SaveIfAbsent.aTokenThatIsThereStays"),
        StatementMutant.of(
            "delete does not compare openid",
            without(DELETE, key),
            "Delete.otherTokensStayAsTheyAre",
            "Delete.noOtherTokenIsDeletedInPlaceOfAMissingOne"),
        StatementMutant.of(
            "delete compares openid by a collation",
            edit(DELETE, key, folded("openid")),
            "Delete.otherTokensStayAsTheyAre"));
  }

  /** Mutants of the limit that prevents loading a value that is too long. */
  private List<StatementMutant<String>> bounds() {
    return List.of(
        StatementMutant.of(
            "read does not see that extra is too long",
            inRead("> 262144 THEN 'extra'", "> 26214400 THEN 'extra'"),
            "LongRecords.aRecordThatIsTooLongIsCorrupt",
            "LongRecords.aScanReportsARecordThatIsTooLongAndGoesOn"),
        StatementMutant.of(
            "read does not load extra",
            inRead("THEN `extra`", "THEN NULL"),
            "LongRecords.aRecordThatFillsAPageIsReadByItself",
            "LongRecords.aRecordOfAFewFieldsIsRead"),
        StatementMutant.of(
            "a page does not load extra",
            inPage("THEN `extra`", "THEN NULL"),
            "LongRecords.aRecordOfAFewFieldsIsRead"),
        StatementMutant.of(
            "a page does not see that extra is long",
            inPage("> 4096 THEN 'extra'", "> 262144 THEN 'extra'"),
            "LongRecords.aRecordThatFillsAPageIsReadByItself"),
        StatementMutant.equivalent(
            "read is not limited: it matters where sql_select_limit is set, see TableChecksTest",
            inRead(" LIMIT 1", "")),
        StatementMutant.equivalent(
            "read loads extra whatever its length: what it costs is in LongRecordsTest",
            inRead("CASE WHEN OCTET_LENGTH(`extra`) <= 262144", "CASE WHEN 1=1")));
  }

  private List<StatementMutant<String>> pages() {
    return List.of(
        StatementMutant.of(
            "the second page begins with the first again",
            inPage("`openid` > ", "`openid` <> "),
            "LongRecords.pagesFollowEachOther"),
        StatementMutant.of(
            "pages have no order",
            inPage(" ORDER BY `openid`" + dialect.byBytes, " ORDER BY `access_token` DESC"),
            "LongRecords.pagesFollowEachOther"));
  }

  private List<StatementMutant<String>> leases() {
    return List.of(
        lease(
            "lease takes the place of one that is held",
            edit(LEASE, "INSERT ", "REPLACE "),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "lease expires at once",
            edit(LEASE, dialect.now + " + ?", dialect.now + " + 0 * ?"),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "lease is never over",
            edit(LEASE, dialect.now + " + ?", dialect.now + " + 3600000 + ?"),
            "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore"),
        lease(
            "take does not compare expires_at",
            without(TAKE, "expires_at <= " + dialect.now),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "take does not compare name",
            without(TAKE, "name = ?"),
            "Leases.aHeldLeaseIsRefusedWhileAnotherOneIsOver"),
        lease(
            "take leaves the former owner",
            edit(TAKE, "owner = ?", "owner = coalesce(owner, ?)"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        lease(
            "take leaves the former expires_at",
            edit(TAKE, dialect.now + " + ?", "expires_at + 0 * ?"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.of(
            "release does not compare owner",
            without(RELEASE, "owner = ?"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.equivalent(
            "release does not compare name: an owner is a random id of one lease",
            without(RELEASE, "name = ?")));
  }

  /** SQLite looks first, only to spare a write, and that would hide what is wrong with it. */
  private StatementMutant<String> lease(
      String name, UnaryOperator<String> rewrite, String... rejectedBy) {
    UnaryOperator<String> unseen = edit(HELD, " WHERE ", " WHERE 1=0 AND ");
    return StatementMutant.of(name, sql -> unseen.apply(rewrite.apply(sql)), rejectedBy);
  }

  private String same(String column) {
    return dialect.same("`" + column + "`");
  }

  private String plain(String column) {
    return same(column).replace(" <=> ", " = ").replace(" IS ", " = ");
  }

  private String folded(String column) {
    return "LOWER(`" + column + (dialect == Dialect.MYSQL ? "`) <=> LOWER(?)" : "`) IS LOWER(?)");
  }

  private static String asNumber(String column) {
    return "`" + column + "` + 0e0 = ? + 0e0";
  }

  private static UnaryOperator<String> without(String begin, String clause) {
    return edit(begin, " " + clause, " (" + clause + " OR 1=1)");
  }

  private static UnaryOperator<String> inPage(String part, String by) {
    return only(" LIMIT " + TokenTable.PAGE, part, by);
  }

  private static UnaryOperator<String> inRead(String part, String by) {
    return only(" LIMIT 1", part, by);
  }

  /** Edits statements that read tokens and end so. */
  private static UnaryOperator<String> only(String end, String part, String by) {
    UnaryOperator<String> edit = edit("SELECT ", part, by);
    return sql -> sql.contains("`access_token`") && sql.endsWith(end) ? edit.apply(sql) : sql;
  }

  /** Edits, in statements that begin so, the last occurrence of a part: conditions come last. */
  private static UnaryOperator<String> edit(String begin, String part, String by) {
    return sql -> {
      int at = sql.startsWith(begin) ? sql.lastIndexOf(part) : -1;
      return at < 0 ? sql : sql.substring(0, at) + by + sql.substring(at + part.length());
    };
  }
}
