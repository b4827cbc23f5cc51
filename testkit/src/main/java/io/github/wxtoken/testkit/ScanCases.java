package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link io.github.wxtoken.store.TokenStore#tokens}. */
abstract class ScanCases extends Cases {

  ScanCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void anEmptyStoreHasNoTokens() {
    assertThat(scan()).isEmpty();
  }

  @Test
  void everyTokenAppearsOnceAndWhole() {
    List<OAuthToken> saved =
        Stream.of("oA", "oa", "oa-", "123", "x:y")
            .map(id -> token(id).toBuilder().unionid("o6_u").extraJson("{\"a\":1.10}").build())
            .toList();
    saved.forEach(token -> store.saveToken(token.openid(), token));

    assertThat(scan()).containsExactlyInAnyOrderElementsOf(saved.stream().map(this::kept).toList());
  }

  @Test
  void sessionsAppear() {
    assumeRoomFor(Room.SESSION);
    store.saveToken("oSession", session("oSession"));
    store.saveToken("oToken", token("oToken"));

    assertThat(scan()).containsExactlyInAnyOrder(session("oSession"), token("oToken"));
  }

  @Test
  void tokensOfAnotherProcessAppear() throws Exception {
    open().saveToken("oTheirs", token("oTheirs"));

    assertThat(scan()).containsExactly(token("oTheirs"));
  }

  @Test
  void twoScansAtOnceDoNotDisturbEachOther() {
    saveMany(10);

    try (Stream<OAuthToken> first = store.tokens();
        Stream<OAuthToken> second = store.tokens()) {
      Iterator<OAuthToken> slow = first.iterator();
      slow.next();
      assertThat(second).hasSize(10);
      assertThat(slow).toIterable().hasSize(9);
    }
  }

  @Test
  void aScanMayBeClosedHalfWayManyTimes() {
    saveMany(10);

    for (int i = 0; i < 50; i++) {
      try (Stream<OAuthToken> tokens = store.tokens()) {
        assertThat(tokens.iterator().next()).isNotNull();
      }
    }

    assertThat(scan()).hasSize(10);
  }

  @Test
  void aScanMayBeClosedBeforeItIsRead() {
    saveMany(1);

    for (int i = 0; i < 50; i++) {
      store.tokens().close();
    }

    assertThat(scan()).hasSize(1);
  }

  @Test
  void aScanMayBeClosedTwice() {
    saveMany(1);
    Stream<OAuthToken> tokens = store.tokens();
    assertThat(tokens.iterator().next()).isEqualTo(token("o0"));

    tokens.close();
    tokens.close();

    assertThat(store.getToken("o0")).isPresent();
  }

  @Test
  void theStoreMayBeUsedWhileItIsScanned() {
    saveMany(20);

    try (Stream<OAuthToken> tokens = store.tokens()) {
      tokens.forEach(token -> assertThat(store.deleteToken(token.openid())).isTrue());
    }

    assertThat(scan()).isEmpty();
  }

  @Test
  void tokensThatStayAppearOnceWhileOthersComeAndGo() {
    saveMany(200);
    List<String> seen = new ArrayList<>();

    try (Stream<OAuthToken> tokens = store.tokens()) {
      int step = 0;
      for (Iterator<OAuthToken> rest = tokens.iterator(); rest.hasNext(); step++) {
        seen.add(rest.next().openid());
        store.saveToken("new" + step, token("new" + step));
        store.deleteToken("new" + (step - 5));
        assertThat(step).as("a scan that ends").isLessThan(10_000);
      }
    }

    assertThat(seen).doesNotHaveDuplicates().containsAll(openids(200));
  }

  @Test
  void aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter() {
    int many = 1_100;
    saveMany(many);
    List<OAuthToken> seen = new ArrayList<>();

    try (Stream<OAuthToken> tokens = store.tokens()) {
      Iterator<OAuthToken> rest = tokens.iterator();
      while (rest.hasNext()) {
        seen.add(rest.next());
        assertThat(seen).as("a scan that ends").hasSizeLessThanOrEqualTo(many);
        OAuthToken change = token("o" + (seen.size() * 7) % many);
        store.saveToken(change.openid(), renewed(change, 1));
      }
    }

    assertThat(seen)
        .allMatch(
            read ->
                read.equals(token(read.openid())) || read.equals(renewed(token(read.openid()), 1)));
    assertThat(seen).hasSize(many);
    assertThat(seen.stream().map(OAuthToken::openid).collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(openids(many)));
  }

  private void saveMany(int count) {
    int threads = Math.min(8, count);
    race(
        threads,
        number -> {
          for (int i = number; i < count; i += threads) {
            store.saveToken("o" + i, token("o" + i));
          }
          return number;
        });
  }

  private static List<String> openids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "o" + i).toList();
  }
}
