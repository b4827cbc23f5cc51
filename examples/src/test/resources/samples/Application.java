package samples;

import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.*;
import io.github.wxtoken.store.*;
import io.lettuce.core.RedisClient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.ResultSet;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;

/** The declarations that the samples of the documents assume: the reader's own application. */
public class Application {
  public static final String CALLBACK = "https://example.com/callback";
  public static final String PROFILE_CALLBACK = "https://example.com/profile";
  public static WeChatOAuth oauth;
  public static WeChatApp app;
  public static Http http;
  public static Accounts accounts;
  public static String appid, secret, appid2, secret2;
  public static String url, code, visitor, openid, refreshToken, encryptedData, iv;
  public static String proxyUser, proxyPassword;
  public static byte[] key, nextKey;
  public static TokenStore store, shared;
  public static TokenCipher cipher;
  public static DataSource dataSource;
  public static RedisClient redisClient;
  public static MongoDatabase database;
  public static ResultSet rows;
  public static HttpServletRequest request;
  public static HttpServletResponse response;
  public static CallbackResult result;
  public static String returnPath;
  public static Logger log;
  public static Users users;

  public interface Users {
    void saveProfile(UserInfo user);
  }

  public interface Http {
    String get(String url);
  }

  public interface Accounts {
    String secretOf(String appid);
  }

  public static String visitor(HttpServletRequest request, HttpServletResponse response) {
    return visitor;
  }

  public static String cookie(HttpServletRequest request, String name) {
    return null;
  }

  public static void beginSession(HttpServletRequest request, String openid) {}

  public static boolean hasSession(HttpServletRequest request) {
    return false;
  }

  public static void page(HttpServletResponse response, int status, String text) {}

  public static Optional<OAuthToken> find(String openid) {
    return Optional.empty();
  }

  public static void save(String openid, OAuthToken token) {}

  public static void keepLater(TokenStore store, OAuthToken token) {}
}
