package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#saveTokensIfAbsent}. */
abstract class SaveAllIfAbsentCases extends Cases {
  /** More than a store inserts at once. */
  private static final int MANY = 210;

  SaveAllIfAbsentCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void tokensThatAreAbsentAreInserted() throws Exception {
    assertThat(store.saveTokensIfAbsent(List.of(token("oB"), token("oA"), token("oC"))))
        .containsExactlyInAnyOrder("oA", "oB", "oC");

    assertStored(token("oA"));
    assertStored(token("oB"));
    assertStored(token("oC"));
  }

  @Test
  void aTokenThatIsThereStaysAndKeepsNoOtherFromBeingInserted() throws Exception {
    open().saveToken("oOld", token("oOld"));

    assertThat(
            store.saveTokensIfAbsent(
                List.of(token("oA"), renewed(token("oOld"), 1), token("oZ"), token("oM"))))
        .containsExactlyInAnyOrder("oA", "oM", "oZ");

    assertStored(token("oOld"));
    assertStored(token("oA"));
    assertStored(token("oM"));
    assertStored(token("oZ"));
  }

  @Test
  void ofTokensThatAreThereNoneIsInserted() throws Exception {
    store.saveToken("oA", token("oA"));
    store.saveToken("oB", token("oB"));

    assertThat(store.saveTokensIfAbsent(List.of(renewed(token("oA"), 1), renewed(token("oB"), 1))))
        .isEmpty();

    assertStored(token("oA"));
    assertStored(token("oB"));
  }

  @Test
  void aDeletedTokenIsNotThere() throws Exception {
    store.saveToken("oGone", token("oGone"));
    store.deleteToken("oGone");

    assertThat(store.saveTokensIfAbsent(List.of(renewed(token("oGone"), 1), token("oA"))))
        .containsExactlyInAnyOrder("oGone", "oA");

    assertStored(renewed(token("oGone"), 1));
  }

  @Test
  void ofManyTokensAllButThoseThatAreThereAreInserted() throws Exception {
    List<OAuthToken> many = many();
    store.saveToken("o42", renewed(token("o42"), 1));
    store.saveToken("o142", renewed(token("o142"), 1));

    assertThat(store.saveTokensIfAbsent(many))
        .hasSize(MANY - 2)
        .doesNotContain("o42", "o142")
        .contains("o0", "o" + (MANY - 1));

    assertThat(scan()).hasSize(MANY);
    assertStored(renewed(token("o42"), 1));
    assertStored(token("o" + (MANY - 1)));
  }

  @Test
  void everyFieldIsInserted() throws Exception {
    OAuthToken full =
        token("oFull").toBuilder().unionid("o6_full").extraJson("{\"a\":[1.10]}").build();
    OAuthToken other =
        token("oOther").toBuilder().unionid("o6_other").scope("snsapi_base").expiresIn(60).build();

    assertThat(store.saveTokensIfAbsent(List.of(full, other))).hasSize(2);

    assertStored(kept(full));
    assertStored(kept(other));
  }

  @Test
  void keysThatDifferByCaseAreSeveralTokens() throws Exception {
    assertThat(store.saveTokensIfAbsent(List.of(token("oAbc"), token("oABC"), token("oabc"))))
        .containsExactlyInAnyOrder("oAbc", "oABC", "oabc");

    assertThat(scan()).hasSize(3);
  }

  @Test
  void ofOverlappingBatchesEachTokenIsInsertedByOneThread() throws Exception {
    TokenStore other = open();
    List<Set<String>> inserted =
        race(
            8,
            number -> {
              List<OAuthToken> tokens = new ArrayList<>();
              IntStream.range(0, 40).forEach(i -> tokens.add(renewed(token("o" + i), number)));
              Collections.rotate(tokens, 5 * number);
              return (number % 2 == 0 ? store : other).saveTokensIfAbsent(tokens);
            });

    assertThat(inserted.stream().flatMap(Collection::stream)).hasSize(40).doesNotHaveDuplicates();
    for (int number = 0; number < inserted.size(); number++) {
      for (String openid : inserted.get(number)) {
        assertStored(renewed(token(openid), number));
      }
    }
  }

  @Test
  void noTokensAreInsertedAsNone() {
    assertThat(store.saveTokensIfAbsent(List.of())).isEmpty();
    assertThat(scan()).isEmpty();
  }

  @Test
  void twoTokensOfOneOpenidAreRefusedAndNoneIsInserted() {
    List<OAuthToken> twice = List.of(token("oA"), token("oB"), renewed(token("oA"), 1));

    assertThatThrownBy(() -> store.saveTokensIfAbsent(twice))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  void aTokenThatIsRefusedKeepsTheOthersFromBeingInserted() {
    OAuthToken snapshot = token("oSnap").toBuilder().snapshotUser(true).build();

    assertThatThrownBy(() -> store.saveTokensIfAbsent(List.of(token("oA"), snapshot)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // Null is the subject of the case.
  void nullIsRefused() {
    assertThatThrownBy(() -> store.saveTokensIfAbsent(null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.saveTokensIfAbsent(Collections.singletonList(null)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  private static List<OAuthToken> many() {
    return IntStream.range(0, MANY).mapToObj(i -> token("o" + i)).toList();
  }
}
