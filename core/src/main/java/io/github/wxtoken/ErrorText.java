package io.github.wxtoken;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * WeChat's {@code errmsg} goes into exceptions and logs. So it is made one short line, without the
 * secrets of the call and without what looks like a secret. What WeChat's support asks for stays:
 * {@code rid: 65a33cd8-023106e1-2dc7e2f6}, {@code hint: [xxxx]}, IP addresses.
 */
final class ErrorText {
  private static final String MASK = "…";
  private static final int LONGEST = 200;
  private static final int MOST_READ = 2_000;

  /** The shortest part of a secret that is masked, where the secret itself is not shorter. */
  private static final int LEAST_PART = 8;

  /** A name and its value, as in the query of a URL, a header or JSON. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)\\b((?:access|refresh)_?token|token|(?:app|client)?_?secret|(?:js_)?code"
              + "|session_?key|password|authorization)"
              + "(\\\\?[\"']?\\s*(?:=|:\\s*\\\\?[\"']|:\\s*(?:bearer|basic)\\s))"
              + "\\s*\\\\?[\"']?[^\\s\"'&,;\\\\…]+");

  /**
   * Tokens, codes, secrets and keys have 24 characters or more
   * (docs/wechat-protocol.md#lengths-of-tokens).
   */
  private static final Pattern LONG = Pattern.compile("[A-Za-z0-9_+/=%~-]{22,}");

  private static final Pattern TRACE_ID =
      Pattern.compile("(?i)[0-9a-f]{6,12}(?:-[0-9a-f]{4,12}){1,4}");
  private static final Pattern MASKS = Pattern.compile(MASK + "{2,}");
  private static final Pattern DIGIT = Pattern.compile("[0-9]");
  private static final Pattern UPPER_CASE = Pattern.compile("[A-Z]");
  private static final Pattern MIXED_CASE = Pattern.compile("(?=.*[A-Z])(?=.*[a-z])[^/_-]+");

  private ErrorText() {}

  /**
   * Makes WeChat's text harmless.
   *
   * @param errmsg what WeChat said; anything but a string is no text
   * @param secrets what was sent with the call, or came with the answer
   */
  static String of(@Nullable Object errmsg, Collection<String> secrets) {
    String text = errmsg instanceof String said ? Printable.line(said, MOST_READ) : "";
    text = without(secrets, text);
    text = NAMED.matcher(text).replaceAll("$1$2" + MASK);
    text = LONG.matcher(text).replaceAll(ErrorText::masked);
    return Printable.line(MASKS.matcher(text).replaceAll(MASK), LONGEST);
  }

  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String encoded = encoded(secret);
    return List.of(
        secret,
        encoded,
        encoded(encoded),
        secret.replace("/", "\\/"),
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        HexFormat.of().formatHex(bytes));
  }

  private static String encoded(String text) {
    return new QueryString().with("", text).toString().substring(1);
  }

  /** Masks secrets, and each longer part of one, in any case. */
  private static String without(Collection<String> secrets, String text) {
    List<String> forms = new ArrayList<>();
    for (String secret : secrets) {
      if (secret.length() >= LEAST_PART) {
        forms(secret).forEach(form -> forms.add(folded(form)));
      } else if (!secret.isEmpty()) {
        // As it is and as it stood in the URL, or common words would go.
        text = text.replace(secret, MASK).replace(encoded(secret), MASK);
      }
    }
    String searched = folded(text);
    StringBuilder masked = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = i;
      for (String form : forms) {
        end = Math.max(end, endOfPart(form, searched, i));
      }
      masked.append(end > i ? MASK : text.charAt(i));
      i = Math.max(end, i + 1);
    }
    return masked.toString();
  }

  /** Returns where the longest part of the secret ends that begins here; here if there is none. */
  private static int endOfPart(String secret, String text, int from) {
    int end = from + LEAST_PART;
    if (end > text.length() || !secret.contains(text.substring(from, end))) {
      return from;
    }
    while (end < text.length() && secret.contains(text.substring(from, end + 1))) {
      end++;
    }
    return end;
  }

  /** In lower case, of the same length. */
  private static String folded(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    text.chars().forEach(c -> folded.append((char) Character.toLowerCase(c)));
    return folded.toString();
  }

  private static String masked(MatchResult found) {
    String run = found.group();
    boolean secret;
    if (DIGIT.matcher(run).find()) {
      boolean path = run.contains("/") && !UPPER_CASE.matcher(run).find();
      secret = !path && !TRACE_ID.matcher(run).matches();
    } else {
      // Long words, such as getStableAccessToken or invalid_or_not_latest, are no secrets.
      secret = run.length() >= 32 && MIXED_CASE.matcher(run).matches();
    }
    return secret ? MASK : run;
  }
}
