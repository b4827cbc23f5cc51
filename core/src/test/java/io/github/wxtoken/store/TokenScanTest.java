package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pages are read one by one, and each record becomes a token, a report, or nothing. */
class TokenScanTest {
  /** The records of the openids, in pages of two by the order of the keys. */
  private final List<String> openids = new ArrayList<>();

  /** The positions that the scan has read from. */
  private final List<@Nullable String> read = new ArrayList<>();

  private TokenScan.Page<String, String> page(@Nullable String after) {
    read.add(after);
    List<String> page =
        openids.stream()
            .filter(openid -> after == null || openid.compareTo(after) > 0)
            .sorted()
            .limit(2)
            .toList();
    return new TokenScan.Page<>(page, page.size() < 2 ? null : page.get(1));
  }

  private static void none(CorruptTokenException corrupt) {
    throw new AssertionError(corrupt);
  }

  private static Optional<OAuthToken> decode(String openid) {
    if (openid.startsWith("deleted")) {
      return Optional.empty();
    }
    return Optional.of(TokenRecords.read(openid, () -> token(openid)));
  }

  private static OAuthToken token(String openid) {
    if (openid.startsWith("corrupt")) {
      throw new IllegalArgumentException("it is none");
    }
    return OAuthToken.fromJson(
        "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\""
            + openid
            + "\",\"scope\":\"snsapi_base\",\"create_at\":1538990000000}");
  }

  private Stream<OAuthToken> scan(Consumer<CorruptTokenException> corrupt) {
    return TokenScan.stream(this::page, TokenScanTest::decode, corrupt);
  }

  @Test
  void eachTokenOfEachPageAppearsOnceInOrder() {
    openids.addAll(List.of("e", "c", "a", "d", "b"));

    assertThat(scan(TokenScanTest::none).map(OAuthToken::openid))
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(read).containsExactly(null, "b", "d");
  }

  @Test
  void afterAFullPageTheNextMayBeEmpty() {
    openids.addAll(List.of("a", "b"));

    assertThat(scan(TokenScanTest::none)).hasSize(2);
    assertThat(read).containsExactly(null, "b");
  }

  @Test
  void aPageInTheMiddleMayBeEmpty() {
    Map<String, TokenScan.Page<String, String>> pages =
        Map.of(
            "1", new TokenScan.Page<>(List.of(), "2"),
            "2", new TokenScan.Page<>(List.of("b"), null));
    TokenScan.PageReader<String, String> reader =
        after ->
            after == null
                ? new TokenScan.Page<>(List.of("a"), "1")
                : pages.getOrDefault(after, new TokenScan.Page<>(List.of(), null));

    assertThat(
            TokenScan.stream(reader, TokenScanTest::decode, TokenScanTest::none)
                .map(OAuthToken::openid))
        .containsExactly("a", "b");
  }

  @Test
  void aPageIsReadWhenItsFirstRecordIsNeeded() {
    openids.addAll(List.of("a", "b", "c"));
    Iterator<OAuthToken> tokens = scan(TokenScanTest::none).iterator();
    assertThat(read).isEmpty();

    assertThat(tokens.next().openid()).isEqualTo("a");
    assertThat(tokens.next().openid()).isEqualTo("b");
    assertThat(read).containsExactly((String) null);
    // Weakly consistent: the second page shows what is stored when it is read.
    openids.add("bb");

    assertThat(tokens.next().openid()).isEqualTo("bb");
    assertThat(scan(TokenScanTest::none).findFirst()).isPresent();
    assertThat(read).containsExactly(null, "b", null);
  }

  @Test
  void aCorruptRecordIsReportedAndTheStreamContinues() {
    openids.addAll(List.of("a", "corrupt1", "corrupt2", "z"));
    List<String> corrupt = new ArrayList<>();

    assertThat(scan(e -> corrupt.add(e.openid())).map(OAuthToken::openid))
        .containsExactly("a", "z");
    assertThat(corrupt).containsExactly("corrupt1", "corrupt2");
  }

  @Test
  void aRecordThatWasDeletedMeanwhileIsSkipped() {
    openids.addAll(List.of("a", "deleted", "z"));

    assertThat(scan(TokenScanTest::none).map(OAuthToken::openid)).containsExactly("a", "z");
  }

  @Test
  void aFailureEndsTheStream() {
    Stream<OAuthToken> tokens =
        TokenScan.<String, String>stream(
            after -> {
              throw new TokenStoreException("cannot list tokens", null);
            },
            TokenScanTest::decode,
            TokenScanTest::none);

    assertThatThrownBy(tokens::toList).isInstanceOf(TokenStoreException.class);
  }

  @Test
  void aPageThatLeadsToItselfEndsTheStream() {
    Stream<OAuthToken> tokens =
        TokenScan.stream(
            after -> new TokenScan.Page<>(List.of("a"), "a"),
            TokenScanTest::decode,
            TokenScanTest::none);

    assertThatThrownBy(tokens::toList)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("does not order the keys by their bytes");
  }

  @Test
  void theConsumerIsRequired() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenScan.stream(this::page, TokenScanTest::decode, null))
        .withMessageContaining("corrupt");
    assertThat(read).isEmpty();
  }
}
