package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several tokens are inserted at once where the target lacks them, and decided one by one else. */
class TokenCopierTest {
  private final TokenStore target = new MemoryTokenStore();
  private final List<Integer> batches = new ArrayList<>();

  /** Inserts the first of several tokens, and then fails once. */
  private final class FailingOnce extends ForwardingTokenStore {
    private boolean failed;

    FailingOnce() {
      super(target);
    }

    @Override
    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
      batches.add(tokens.size());
      if (failed) {
        return super.saveTokensIfAbsent(tokens);
      }
      failed = true;
      OAuthToken first = tokens.iterator().next();
      assertThat(saveTokenIfAbsent(first.openid(), first)).isTrue();
      throw new TokenStoreException("no answer", null);
    }
  }

  /** A copier that has just met a target which lacks all tokens. */
  private static TokenCopier copier(TokenStore target, boolean dryRun, boolean bytesStayValid) {
    TokenCopier copier = new TokenCopier(target, dryRun, bytesStayValid);
    copier.finished(1, 1);
    return copier;
  }

  @Test
  void aTokenThatIsLaterAtTheTargetStaysWhenSeveralAreInserted() {
    OAuthToken later = renewed(token("oB"), 2);
    target.saveToken("oB", later);
    TokenCopier copier = copier(target, false, true);

    assertThat(copier.insert(List.of(token("oA"), token("oB"), token("oC"))))
        .containsExactlyInAnyOrder("oA", "oC");

    assertThat(copier.copy(token("oB"))).isEqualTo(TokenCopier.Outcome.KEPT);
    assertThat(target.getToken("oB")).contains(later);
  }

  @Test
  void afterAFailureOfSeveralEachTokenIsDecidedByItself() {
    TokenCopier copier = copier(new FailingOnce(), false, true);

    assertThat(copier.insert(List.of(token("oA"), token("oB")))).isEmpty();

    assertThat(copier.copy(token("oA"))).isEqualTo(TokenCopier.Outcome.KEPT);
    assertThat(copier.copy(token("oB"))).isEqualTo(TokenCopier.Outcome.INSERTED);
    assertThat(copier.insert(List.of(token("oC")))).containsExactly("oC");
  }

  @Test
  void unlessTheTargetLacksNearlyAllTokensNoneIsInsertedAtOnce() {
    TokenCopier copier = copier(new FailingOnce(), false, true);

    copier.finished(64, 57);
    assertThat(copier.insert(List.of(token("oB"), token("oC")))).isEmpty();
    assertThat(batches).isEmpty();

    copier.finished(64, 58);
    assertThat(copier.insert(List.of(token("oB"), token("oC")))).isEmpty();
    assertThat(batches).containsExactly(2);
  }

  @Test
  void aDryRunInsertsNothing() {
    TokenCopier copier = copier(target, true, true);

    assertThat(copier.insert(List.of(token("oA")))).isEmpty();

    assertThat(target.getToken("oA")).isEmpty();
  }

  @Test
  void ciphertextThatCannotBeDecryptedAtTheTargetIsNotInserted() {
    OAuthToken encrypted = token("oB").toBuilder().accessToken("enc1:k1:AAAA").build();
    TokenCopier copier = copier(target, false, false);

    assertThat(copier.insert(List.of(token("oA"), encrypted))).isEmpty();

    assertThat(target.getToken("oB")).isEmpty();
  }
}
