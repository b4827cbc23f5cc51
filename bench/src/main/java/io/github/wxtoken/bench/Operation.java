package io.github.wxtoken.bench;

import java.util.EnumSet;
import java.util.Set;

/** The measured operations. */
enum Operation {
  GET_TOKEN("getToken"),
  SAVE_TOKEN("saveToken"),
  REPLACE_TOKEN("replaceToken"),
  /** As a refresh does it: only a token that was read through a view carries what was read. */
  READ_AND_REPLACE("getToken and replaceToken");

  /** The methods of {@link io.github.wxtoken.store.TokenStore}. */
  final String method;

  Operation(String method) {
    this.method = method;
  }

  /** Returns those that are one call of the store. */
  static Set<Operation> single() {
    return EnumSet.of(GET_TOKEN, SAVE_TOKEN, REPLACE_TOKEN);
  }

  Object run(Workload<?> workload) throws Exception {
    return switch (this) {
      case GET_TOKEN -> workload.get();
      case SAVE_TOKEN -> workload.save();
      case REPLACE_TOKEN -> workload.replace();
      case READ_AND_REPLACE -> workload.readAndReplace();
    };
  }
}
