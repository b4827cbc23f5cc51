package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.wxtoken.faults.Canaries.Canary;
import io.github.wxtoken.faults.Canaries.Kind;
import io.github.wxtoken.faults.OutputRecorder.Line;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The secrets that a store shows: in its files, in all logs at all levels, and in an application's
 * exceptions and output.
 *
 * <p>An application signs users in, refreshes, is refused, meets a failing store and a corrupt
 * record, and rotates its key; once with encryption, and once without. Then the suite searches
 * everything for the application's tokens, session keys, codes, app secret, password, and keys: as
 * they are, URL-encoded, in Base64 and in hex. An empty result alone proves nothing, so each kind
 * of file, and the driver's loggers, must show the openid, which is not encrypted, and the tokens
 * of the application that does not encrypt.
 *
 * <p>Requires Logback on the class path.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it records whatever is logged and printed")
@Tag("faults")
public abstract class CanaryContract {
  private static final String ENCRYPTED = "encrypted";
  private static final String CLEAR = "clear";
  private static final String QUIET = "quiet";

  /**
   * The JDK's own logger: it logs URLs, which contain WeChat's secrets, and a library cannot
   * silence it.
   */
  private static final String URLS = "jdk.internal.httpclient.debug at FINE";

  private static final Set<Kind> IN_URLS =
      EnumSet.of(Kind.APP_SECRET, Kind.CODE, Kind.ACCESS_TOKEN, Kind.REFRESH_TOKEN);
  private static final Set<Kind> STORED =
      EnumSet.of(Kind.ACCESS_TOKEN, Kind.REFRESH_TOKEN, Kind.SESSION_KEY, Kind.CORRUPT_RECORD);

  private final Canaries canaries = new Canaries();
  private final Map<String, Set<Canary>> inFiles = new TreeMap<>();
  private final Map<String, Set<Canary>> inLogs = new TreeMap<>();
  private final Map<String, Set<Canary>> inWhatIsShown = new TreeMap<>();

  /** For subclasses. */
  protected CanaryContract() {}

  /**
   * Creates an empty store and a user of this name.
   *
   * @param name the name, lower-case letters
   * @param password the user's password, lower-case hexadecimal digits; a store without passwords
   *     ignores it
   * @return its URL, which contains the password
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract String storeUrl(String name, String password) throws Exception;

  /**
   * Makes a store refuse writes; if possible, by an error that quotes the values.
   *
   * @param name the store's name
   * @param openid a user without a token, whose token must at least be refused
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract void refuseWrites(String name, String openid) throws Exception;

  /**
   * Makes a store accept writes.
   *
   * @param name the store's name
   * @param openid the user whose token was refused
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract void takeWrites(String name, String openid) throws Exception;

  /**
   * Changes a record so that it cannot be read.
   *
   * @param name the store's name
   * @param openid the user of the record
   * @param content the record's new content
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract void plantCorrupt(String name, String openid, String content) throws Exception;

  /**
   * Returns the files of all stores and their server; called once, at the end.
   *
   * @return the files, after everything has been written to them
   * @throws Exception if they cannot be read, which fails the tests
   */
  protected abstract ServerFiles files() throws Exception;

  /**
   * Names the kinds of files that hold tokens.
   *
   * @return regular expressions of whole paths; for each, some file must show the unencrypted
   *     values
   */
  protected abstract Set<String> filesWithTokens();

  /**
   * Makes the driver log as much as it can, if that takes more than a level.
   *
   * @param url the URL of a store
   * @return the URL for that; the same, unless overridden. If it differs, the driver must log no
   *     secret with the first one.
   */
  protected String talkative(String url) {
    return url;
  }

  /**
   * Names the driver's loggers that show unencrypted values; no other may, and each of them must.
   *
   * @return names and levels, such as {@code org.example.Driver at TRACE}; none, unless overridden
   */
  protected Set<String> commandLoggers() {
    return Set.of();
  }

  /**
   * Names the driver's loggers that show the password; no other may, and each of them must.
   *
   * @return names and levels; none, unless overridden
   */
  protected Set<String> passwordLoggers() {
    return Set.of();
  }

  @BeforeAll
  @Timeout(300)
  void runAndSearch() throws Exception {
    for (String name : List.of(ENCRYPTED, CLEAR, QUIET)) {
      run(name);
    }
    files().visit((path, content) -> inFiles.put(path, canaries.in(content)));
  }

  private void run(String name) throws Exception {
    String password = HexFormat.of().formatHex(CanaryFlow.random(16));
    String url = storeUrl(name, password);
    if (name.equals(QUIET) && talkative(url).equals(url)) {
      return;
    }
    CanaryFlow flow = new CanaryFlow(this, name, name.equals(ENCRYPTED), canaries);
    OutputRecorder log = new OutputRecorder();
    try (log) {
      flow.run(name.equals(QUIET) ? url : talkative(url), password);
    }
    for (Line line : log.lines()) {
      inLogs
          .computeIfAbsent(line.logger(), any -> new HashSet<>())
          .addAll(canaries.in(line.text()));
    }
    flow.shown().forEach(text -> inWhatIsShown.put(text, canaries.in(text)));
  }

  @Test
  void withEncryptionNoFileShowsASecret() {
    assertThat(secrets(inFiles, ENCRYPTED)).isEmpty();
    assertEachKindOfFileShows(new Canary(ENCRYPTED, Kind.OPENID));
  }

  @Test
  void withoutEncryptionFilesShowTokensAndSessionKeysAlone() {
    for (String flow : List.of(CLEAR, QUIET)) {
      assertThat(secrets(inFiles, flow).values()).allMatch(STORED::containsAll);
    }
    assertEachKindOfFileShows(new Canary(CLEAR, Kind.ACCESS_TOKEN));
  }

  @Test
  void withEncryptionNoLogShowsASecretButTheJdksOfUrlsAndTheDriversOfPasswords() {
    Map<String, Set<Kind>> expected = new TreeMap<>(Map.of(URLS, IN_URLS));
    passwordLoggers().forEach(logger -> expected.put(logger, EnumSet.of(Kind.PASSWORD)));

    assertThat(secrets(inLogs, ENCRYPTED)).isEqualTo(expected);
    if (!commandLoggers().isEmpty()) {
      assertThat(places(inLogs, new Canary(ENCRYPTED, Kind.OPENID)))
          .containsAnyElementsOf(commandLoggers());
    }
  }

  @Test
  void withoutEncryptionLogsShowTokensOfTheStoreInTheDriversLoggersOfCommandsAlone() {
    Map<String, Set<Kind>> shown = secrets(inLogs, CLEAR);

    assertThat(shown).containsEntry(URLS, IN_URLS);
    shown.remove(URLS);
    assertThat(shown.keySet()).isEqualTo(commandLoggers());
    shown.forEach(
        (logger, secrets) -> {
          Set<Kind> allowed = EnumSet.copyOf(STORED);
          if (passwordLoggers().contains(logger)) {
            allowed.add(Kind.PASSWORD);
          }
          assertThat(allowed).as("what %s shows", logger).containsAll(secrets);
        });
  }

  @Test
  void aDriverThatIsNotAskedToLogCommandsDoesNot() {
    Map<String, Set<Kind>> shown = secrets(inLogs, QUIET);
    assumeFalse(shown.isEmpty(), "nothing but levels decides what this driver logs");

    assertThat(shown).isEqualTo(Map.of(URLS, IN_URLS));
  }

  @Test
  void nothingThatIsThrownOrPrintedShowsASecret() {
    for (String flow : List.of(ENCRYPTED, CLEAR, QUIET)) {
      assertThat(secrets(inWhatIsShown, flow)).isEmpty();
    }
    assertThat(places(inWhatIsShown, new Canary(CLEAR, Kind.OPENID))).isNotEmpty();
  }

  private void assertEachKindOfFileShows(Canary canary) {
    for (String path : filesWithTokens()) {
      assertThat(places(inFiles, canary)).anyMatch(Pattern.compile(path).asMatchPredicate());
    }
  }

  /** Returns, for each place, the secrets of a flow that it shows. */
  private static Map<String, Set<Kind>> secrets(Map<String, Set<Canary>> places, String flow) {
    Map<String, Set<Kind>> secrets = new TreeMap<>();
    places.forEach(
        (place, found) ->
            found.stream()
                .filter(canary -> canary.flow().equals(flow) && canary.kind() != Kind.OPENID)
                .forEach(
                    canary ->
                        secrets
                            .computeIfAbsent(place, any -> EnumSet.noneOf(Kind.class))
                            .add(canary.kind())));
    return secrets;
  }

  private static Set<String> places(Map<String, Set<Canary>> places, Canary canary) {
    return places.entrySet().stream()
        .filter(place -> place.getValue().contains(canary))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
