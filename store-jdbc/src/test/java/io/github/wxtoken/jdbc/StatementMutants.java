package io.github.wxtoken.jdbc;

import io.github.wxtoken.testkit.StatementMutant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Wrong SQL, one clause at a time, made from the statements that the store prepares. Parameters
 * stay as they are.
 *
 * <p>Not here: the empty string of a README table for null, whose columns are NOT NULL, so that
 * {@code =} and {@code <=>} are the same there; and the sweep of leases, which runs by chance.
 */
final class StatementMutants {
  /** The operators that compare null with null, in the databases that we know. */
  private static final Pattern SAME = Pattern.compile(" (<=>|IS NOT DISTINCT FROM|IS) ");

  private final TestDatabase database;
  private final Dialect dialect;
  private final String key;
  private final String replace;
  private final String find;
  private final String insert;
  private final String delete;
  private final String take;
  private final String lease;
  private final String release;
  private final String held;

  StatementMutants(TestDatabase database) {
    this.database = database;
    this.dialect = database.dialect();
    this.key = quote("openid") + " = ?" + dialect.byBytes();
    String tokens = quote("token");
    String leases = quote("token_lease");
    replace = "UPDATE " + tokens + " ";
    find = "SELECT 1 FROM " + tokens + " ";
    insert = "INSERT INTO " + tokens + "(";
    delete = "DELETE FROM " + tokens + " ";
    take = "UPDATE " + leases + " ";
    lease = "INSERT INTO " + leases + "(";
    release = "DELETE FROM " + leases + " WHERE name = ? ";
    held = "SELECT 1 FROM " + leases + " ";
  }

  private String quote(String identifier) {
    return dialect.quote(identifier);
  }

  /** On a table of ours. */
  List<StatementMutant<String>> onOurTable() {
    return Stream.of(grants(), ourGrants(), finds(), tokens(), bounds(), pages(), leases())
        .flatMap(List::stream)
        .toList();
  }

  /** With a driver that counts the rows that it changed, and not those that it found. */
  List<StatementMutant<String>> whereChangedRowsCount() {
    return List.of(
        StatementMutant.of(
            "find finds nothing",
            edit(find, " WHERE ", " WHERE 1=0 AND "),
            "Replace.aTokenIsReplacedByItself"));
  }

  /** On wechat-oauth's table, which has a text for {@code create_at} and no session key. */
  List<StatementMutant<String>> onReadmeTable() {
    return Stream.of(
            grants(),
            List.of(
                StatementMutant.of(
                    "replace does not compare create_at",
                    without(replace, same("create_at")),
                    "Replace.anotherCreateAtIsAnotherGrant"),
                StatementMutant.of(
                    "replace compares the text of create_at as a number",
                    edit(replace, " AND " + same("create_at"), " AND " + asNumber("create_at")),
                    "Replace.createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber")))
        .flatMap(List::stream)
        .toList();
  }

  private List<StatementMutant<String>> grants() {
    return List.of(
        StatementMutant.of(
            "replace does not compare access_token",
            without(replace, same("access_token")),
            "Replace.anotherAccessTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace does not compare refresh_token",
            without(replace, same("refresh_token")),
            "Replace.anotherRefreshTokenIsAnotherGrant"),
        StatementMutant.of(
            "replace compares access_token by a collation",
            edit(replace, " AND " + same("access_token"), " AND " + folded("access_token")),
            "Replace.tokensAreComparedByCase"),
        StatementMutant.of(
            "replace compares refresh_token by a collation",
            edit(replace, " AND " + same("refresh_token"), " AND " + folded("refresh_token")),
            "Replace.tokensAreComparedByCase"),
        StatementMutant.of(
            "delete does not compare access_token",
            without(delete, same("access_token")),
            "Delete.anotherGrantThanTheExpectedOneStays"),
        StatementMutant.of(
            "delete does not compare refresh_token",
            without(delete, same("refresh_token")),
            "Delete.anotherGrantThanTheExpectedOneStays"),
        StatementMutant.of(
            "replace does not compare openid",
            without(replace, key),
            "Replace.otherTokensStayAsTheyAre",
            "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike"),
        StatementMutant.of(
            "replace compares openid by a collation",
            edit(replace, key, folded("openid")),
            "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike"));
  }

  private List<StatementMutant<String>> ourGrants() {
    return List.of(
        StatementMutant.of(
            "replace does not compare session_key",
            without(replace, same("session_key")),
            "Replace.anotherSessionKeyIsAnotherGrant"),
        StatementMutant.of(
            "replace compares session_key by a collation",
            edit(replace, " AND " + same("session_key"), " AND " + folded("session_key")),
            "Replace.sessionKeysAreComparedByCase"),
        StatementMutant.of(
            "replace does not compare create_at",
            without(replace, quote("create_at") + " = ?"),
            "Replace.anotherCreateAtIsAnotherGrant"),
        StatementMutant.of(
            "replace compares create_at as floating point",
            edit(replace, " AND " + quote("create_at") + " = ?", " AND " + asNumber("create_at")),
            "Replace.createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber"),
        StatementMutant.of(
            "replace compares access_token as SQL compares null",
            edit(replace, same("access_token"), plain("access_token")),
            "Replace.nullEqualsNull"),
        StatementMutant.of(
            "replace compares refresh_token as SQL compares null",
            edit(replace, same("refresh_token"), plain("refresh_token")),
            "Replace.nullEqualsNull"),
        StatementMutant.of(
            "replace compares session_key as SQL compares null",
            edit(replace, same("session_key"), plain("session_key")),
            "Replace.theSameGrantIsReplaced"));
  }

  /** Mutants of the statement that checks whether the new token is stored. */
  private List<StatementMutant<String>> finds() {
    return List.of(
        StatementMutant.of(
            "find does not compare access_token",
            without(find, same("access_token")),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare refresh_token",
            without(find, same("refresh_token")),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare create_at",
            without(find, quote("create_at") + " = ?"),
            "Replace.aTokenThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.of(
            "find does not compare session_key",
            without(find, same("session_key")),
            "Replace.aSessionThatIsNotStoredIsNotReplacedByItself"),
        StatementMutant.equivalent(
            "find does not compare scope: a row of this grant with another scope was just updated",
            without(find, same("scope"))),
        StatementMutant.equivalent(
            "find does not compare its key: the openid is among the columns, too",
            edit(find, " WHERE " + key, " WHERE (" + key + " OR 1=1)")));
  }

  private List<StatementMutant<String>> tokens() {
    return List.of(
        StatementMutant.of(
            "insert takes the place of what is there",
            overwriting(insert, "openid"),
            "SaveIfAbsent.aTokenThatIsThereStays"),
        StatementMutant.of(
            "an insert of several rows takes the place of what is there",
            ofSeveralRows(overwriting(insert, "openid")),
            "SaveAllIfAbsent.aTokenThatIsThereStaysAndKeepsNoOtherFromBeingInserted",
            "SaveAllIfAbsent.ofTokensThatAreThereNoneIsInserted"),
        StatementMutant.of(
            "delete does not compare openid",
            without(delete, key),
            "Delete.otherTokensStayAsTheyAre",
            "Delete.noOtherTokenIsDeletedInPlaceOfAMissingOne"),
        StatementMutant.of(
            "delete compares openid by a collation",
            edit(delete, key, folded("openid")),
            "Delete.otherTokensStayAsTheyAre"));
  }

  /** Mutants of the limit that prevents loading a value that is too long. */
  private List<StatementMutant<String>> bounds() {
    String extra = quote("extra");
    return List.of(
        StatementMutant.of(
            "read loads the beginning of an extra that is too long",
            inRead(dialect.tooLong(extra), "SUBSTR(" + extra + ", 1, 100)"),
            "LongRecords.aRecordThatIsTooLongIsCorrupt",
            "LongRecords.aScanReportsARecordThatIsTooLongAndGoesOn"),
        StatementMutant.of(
            "read does not load extra",
            inRead("ELSE " + extra, "ELSE NULL"),
            "LongRecords.aRecordThatFillsAPageIsReadByItself",
            "LongRecords.aRecordOfAFewFieldsIsRead"),
        StatementMutant.of(
            "a page does not load extra",
            inPage("THEN " + extra, "THEN NULL"),
            "LongRecords.aRecordOfAFewFieldsIsRead"),
        StatementMutant.of(
            "a page does not see that extra is long",
            inPage("OCTET_LENGTH(" + extra + ") > 4096", "OCTET_LENGTH(" + extra + ") > 26214400"),
            "LongRecords.aRecordThatFillsAPageIsReadByItself"),
        StatementMutant.equivalent(
            "read is not limited: it matters where sql_select_limit is set, see TableChecksTest",
            inRead(" LIMIT 1", "")),
        StatementMutant.equivalent(
            "read loads extra whatever its length: what it costs is in LongRecordsTest",
            inRead("CASE WHEN OCTET_LENGTH(" + extra + ") > 262144", "CASE WHEN 1=0")));
  }

  private List<StatementMutant<String>> pages() {
    String openid = quote("openid");
    return List.of(
        StatementMutant.of(
            "the second page begins with the first again",
            inPage(openid + " > ", openid + " <> "),
            "LongRecords.pagesFollowEachOther"),
        StatementMutant.of(
            "pages have no order",
            inPage(
                " ORDER BY " + openid + dialect.byBytes(),
                " ORDER BY " + quote("access_token") + " DESC"),
            "LongRecords.pagesFollowEachOther"));
  }

  private List<StatementMutant<String>> leases() {
    return List.of(
        lease(
            "lease takes the place of one that is held",
            overwriting(lease, "name"),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "lease expires at once",
            edit(lease, dialect.now() + " + ?", dialect.now() + " + 0 * ?"),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "lease does not expire",
            edit(lease, dialect.now() + " + ?", dialect.now() + " + 3600000 + ?"),
            "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore"),
        lease(
            "take does not compare expires_at",
            without(take, "expires_at <= " + dialect.now()),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        lease(
            "take does not compare name",
            without(take, "name = ?"),
            "Leases.aHeldLeaseIsRefusedWhileAnotherOneIsOver"),
        lease(
            "take leaves the former owner",
            edit(take, "owner = ?", "owner = coalesce(owner, ?)"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        lease(
            "take leaves the former expires_at",
            edit(take, dialect.now() + " + ?", "expires_at + 0 * ?"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.of(
            "release does not compare owner",
            without(release, "owner = ?"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.equivalent(
            "release does not compare name: an owner is a random id of one lease",
            without(release, "name = ?")));
  }

  /** SQLite looks first, only to spare a write, and that would hide what is wrong with it. */
  private StatementMutant<String> lease(
      String name, UnaryOperator<String> rewrite, String... rejectedBy) {
    UnaryOperator<String> unseen = edit(held, " WHERE ", " WHERE 1=0 AND ");
    return StatementMutant.of(name, sql -> unseen.apply(rewrite.apply(sql)), rejectedBy);
  }

  private String same(String column) {
    return dialect.sameBytes(quote(column), "?");
  }

  private String plain(String column) {
    return SAME.matcher(same(column)).replaceFirst(" = ");
  }

  private String folded(String column) {
    Matcher same = SAME.matcher(same(column));
    if (!same.find()) {
      throw new IllegalStateException("no operator in " + same(column));
    }
    return "LOWER(" + quote(column) + ")" + same.group() + "LOWER(?)";
  }

  private String asNumber(String column) {
    return database.asFloatingPoint(quote(column));
  }

  /** Turns an INSERT into a statement that overwrites the row of the same key. */
  private UnaryOperator<String> overwriting(String begin, String key) {
    return sql -> sql.startsWith(begin) ? database.overwriting(sql, key) : sql;
  }

  private static UnaryOperator<String> ofSeveralRows(UnaryOperator<String> edit) {
    return sql -> sql.contains("), (") ? edit.apply(sql) : sql;
  }

  private static UnaryOperator<String> without(String begin, String clause) {
    return edit(begin, " " + clause, " (" + clause + " OR 1=1)");
  }

  private UnaryOperator<String> inPage(String part, String by) {
    return only(" LIMIT " + TokenSql.PAGE, part, by);
  }

  private UnaryOperator<String> inRead(String part, String by) {
    return only(" LIMIT 1", part, by);
  }

  /** Edits statements that read tokens and end so. */
  private UnaryOperator<String> only(String end, String part, String by) {
    UnaryOperator<String> edit = edit("SELECT ", part, by);
    return sql -> sql.contains(quote("access_token")) && sql.endsWith(end) ? edit.apply(sql) : sql;
  }

  /** Edits, in statements that begin so, the last occurrence of a part: conditions come last. */
  private static UnaryOperator<String> edit(String begin, String part, String by) {
    return sql -> {
      int at = sql.startsWith(begin) ? sql.lastIndexOf(part) : -1;
      return at < 0 ? sql : sql.substring(0, at) + by + sql.substring(at + part.length());
    };
  }
}
