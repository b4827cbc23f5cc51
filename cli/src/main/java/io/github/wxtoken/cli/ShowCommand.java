package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the tokens of users, without their secrets. */
@Command(
    name = "show",
    header = "Shows the tokens of users, without secrets.",
    description =
        "Shows the token of each openid. A secret is shown by its length and the beginning of its"
            + " SHA-256, which tells whether two stores have the same. Of an encrypted store without its"
            + " keys, they are those of the ciphertext.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  private static final int DIGEST_BYTES = 4;

  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  @Parameters(arity = "1..*", paramLabel = "OPENID", description = "The users.")
  private List<String> openids = List.of();

  ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    int code = ExitCode.OK;
    try (TokenStore opened = store.address(session.terminal()).open(1)) {
      for (String openid : openids) {
        code = Math.max(code, show(opened, openid));
      }
    }
    return code;
  }

  private int show(TokenStore opened, String openid) {
    try {
      Optional<OAuthToken> token = opened.getToken(openid);
      if (token.isEmpty()) {
        session.terminal().print(openid + ": no token");
        return ExitCode.ATTENTION;
      }
      show(token.get());
      return ExitCode.OK;
    } catch (CorruptTokenException e) {
      session.terminal().print(e.getMessage() + ". The user's next sign-in replaces it");
      return ExitCode.ATTENTION;
    }
  }

  private void show(OAuthToken token) {
    Instant now = Instant.now();
    line("openid", token.openid());
    line("scope", token.scope());
    line("unionid", token.unionid());
    line("create_at", time(Instant.ofEpochMilli(token.createAt()), now));
    if (token.accessToken() != null) {
      line("expires", time(token.expiresAt(), now) + (token.isValid(now) ? "" : ": expired"));
    }
    line("access_token", masked(token.accessToken()));
    line("refresh_token", masked(token.refreshToken()));
    line("session_key", masked(token.sessionKey()));
    if (!token.extra().isEmpty()) {
      line("other fields", String.join(", ", token.extra().keySet()));
    }
  }

  private void line(String name, @Nullable String value) {
    if (value != null) {
      session.terminal().print("%-14s %s".formatted(name, value.replace('\n', ' ')));
    }
  }

  private static String time(Instant time, Instant now) {
    Duration away = Duration.between(time, now).abs();
    String words = away.toDays() > 1 ? away.toDays() + " days" : Durations.clock(away.toSeconds());
    return time.truncatedTo(ChronoUnit.SECONDS)
        + (time.isAfter(now) ? ", in " + words : ", " + words + " ago");
  }

  static @Nullable String masked(@Nullable String secret) {
    if (secret == null) {
      return null;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return "(%d characters, SHA-256 %s...)"
          .formatted(secret.length(), HexFormat.of().formatHex(digest, 0, DIGEST_BYTES))
          .concat(TokenCopier.isEncrypted(secret) ? ", encrypted" : "");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
