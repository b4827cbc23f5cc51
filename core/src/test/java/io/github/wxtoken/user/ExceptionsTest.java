package io.github.wxtoken.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.CodeAlreadyUsedException;
import io.github.wxtoken.CodeOutcomeUnknownException;
import io.github.wxtoken.ForcedRefreshLimitException;
import io.github.wxtoken.InvalidStateException;
import io.github.wxtoken.NoTokenException;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.Scope;
import io.github.wxtoken.TokenNotSavedException;
import io.github.wxtoken.WeChatApiException;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.WeChatTransportException;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user's own test, in a package of its own, can make everything that the library throws. */
class ExceptionsTest {
  private static final OAuthToken TOKEN =
      OAuthToken.builder().openid("o6_amy").accessToken("canary").expiresIn(7200).build();

  @Test
  void weChatsRefusal() {
    WeChatApiException e = new WeChatApiException(45011, "api minute-quota reach limit");

    assertThat(e).hasMessageContaining("45011").hasMessageContaining("minute-quota");
    assertThat(e.errcode()).isEqualTo(45011);
    assertThat(e.errmsg()).isEqualTo("api minute-quota reach limit");
  }

  @Test
  void aRefusedAppToken() {
    Instant retryAt = Instant.parse("2026-11-29T10:00:30Z");

    assertThat(new ForcedRefreshLimitException("WeChat refuses the token", retryAt).retryAt())
        .isEqualTo(retryAt);
  }

  @Test
  void aReauthorization() {
    WeChatApiException cause = new WeChatApiException(48001, "api unauthorized");

    var plain = new ReauthorizationRequiredException("sign in again", cause);
    var wider =
        new ReauthorizationRequiredException(
            "ask for the profile", Scope.SNSAPI_USERINFO, "o6_amy", null);

    assertThat(plain).hasMessage("sign in again").hasCause(cause);
    assertThat(plain.requiredScope()).isNull();
    assertThat(plain.openid()).isNull();
    assertThat(wider.requiredScope()).isEqualTo(Scope.SNSAPI_USERINFO);
    assertThat(wider.openid()).isEqualTo("o6_amy");
  }

  @Test
  void aMissingToken() {
    NoTokenException e = new NoTokenException("o6_amy");

    assertThat(e).hasMessage("No token for o6_amy, please authorize first.");
    assertThat(e.openid()).isEqualTo("o6_amy");
    assertThat(e.requiredScope()).isNull();
  }

  @Test
  void whatBecameOfACode() {
    var lost = new WeChatTransportException("WeChat did not answer within 5000 ms", null);

    assertThat(new CodeAlreadyUsedException("another process has exchanged this code", null))
        .isInstanceOf(ReauthorizationRequiredException.class);
    assertThat(new CodeOutcomeUnknownException(lost))
        .isInstanceOf(ReauthorizationRequiredException.class)
        .hasMessageContaining("WeChat did not answer within 5000 ms")
        .hasCause(lost);
  }

  private static final Set<Reason> NOT_ABOUT_A_STATE =
      EnumSet.of(Reason.OUTCOME_UNKNOWN, Reason.NOT_SAVED);

  @ParameterizedTest
  @EnumSource
  void aStateThatIsNotTrusted(Reason reason) {
    if (NOT_ABOUT_A_STATE.contains(reason)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new InvalidStateException(reason))
          .withMessage("the reason " + reason + " is not about a state");
    } else {
      assertThat(new InvalidStateException(reason).reason()).isEqualTo(reason);
    }
  }

  @Test
  void whatAStoreThrows() {
    var e = new TokenNotSavedException("the store failed", TOKEN, new IOException());

    assertThat(e.token()).isSameAs(TOKEN);
    assertThat(e).hasMessageContaining("o6_amy").hasMessageContaining("the store failed");
    assertThat(new CorruptTokenException("o6_amy", "expires_in is missing").openid())
        .isEqualTo("o6_amy");
    assertThat(new LeaseUnavailableException("there is no table", null))
        .isInstanceOf(TokenStoreException.class);
    assertThat(new TokenStoreException("the store is unreachable", null))
        .isInstanceOf(WeChatOAuthException.class);
    assertThat(RedactedException.of(new IOException("canary"))).hasMessage("java.io.IOException");
  }

  @Test
  void everyResultOfACallback() {
    WeChatOAuthException cause = new WeChatOAuthException("failed", null);

    assertThat(new CallbackResult.SignedIn(TOKEN, "/me").toString()).doesNotContain("canary");
    assertThat(new CallbackResult.SnapshotUser(TOKEN, null).returnPath()).isNull();
    assertThat(new CallbackResult.Denied("/me").returnPath()).isEqualTo("/me");
    assertThat(new CallbackResult.Repeated("/me", 1).mayStartAgain()).isTrue();
    assertThat(new CallbackResult.StartAgain(Reason.STATE_USED, cause, "/me", 1).reason())
        .isEqualTo(Reason.STATE_USED);
    assertThat(new CallbackResult.FailedForNow(cause, true, null).mayReload()).isTrue();
  }
}
