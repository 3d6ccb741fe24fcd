// Where the links of docs lead in the site: to its own pages, or into the repository.

export const repository = "https://github.com/gundam-js/gundam";
