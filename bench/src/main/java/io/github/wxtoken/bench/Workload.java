package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread's calls of one contender. The thread cycles through its own users, so that no call
 * waits for another's row, and each write changes the record.
 */
final class Workload<R> {
  private static final int USERS = 16;

  private final Contender<R> contender;
  private final List<User<R>> users = new ArrayList<>();
  private int next;

  /** A user's two grants, of which one is stored. */
  private static final class User<R> {
    final String openid;
    private R stored;
    private R other;

    User(String openid, R stored, R other) {
      this.openid = openid;
      this.stored = stored;
      this.other = other;
    }

    R stored() {
      return stored;
    }

    R other() {
      return other;
    }

    void swap() {
      R was = stored;
      stored = other;
      other = was;
    }
  }

  private Workload(Contender<R> contender) {
    this.contender = contender;
  }

  /**
   * Stores the users' tokens.
   *
   * @param name a letter that tells this contender's users from the other's
   */
  static <R> Workload<R> start(Contender<R> contender, char name, int thread) throws Exception {
    Workload<R> workload = new Workload<>(contender);
    for (int i = 0; i < USERS; i++) {
      String openid = Samples.openid(name, thread * USERS + i);
      OAuthToken first = Samples.token(openid, 1);
      OAuthToken second = Samples.token(openid, 2);
      R stored = contender.prepare(first);
      contender.save(stored);
      workload.users.add(new User<>(openid, stored, contender.prepare(second)));
    }
    return workload;
  }

  Object get() throws Exception {
    return contender.get(nextUser().openid);
  }

  Object save() throws Exception {
    User<R> user = nextUser();
    contender.save(user.other());
    user.swap();
    return user;
  }

  Object replace() throws Exception {
    User<R> user = nextUser();
    contender.replace(user.stored(), user.other());
    user.swap();
    return user;
  }

  /** Reads a record and replaces it. The contender must read what it stores. */
  @SuppressWarnings("unchecked") // A store returns tokens.
  Object readAndReplace() throws Exception {
    User<R> user = nextUser();
    R read = (R) contender.get(user.openid);
    contender.replace(read, user.other());
    user.swap();
    return user;
  }

  private User<R> nextUser() {
    next = (next + 1) % USERS;
    return users.get(next);
  }
}
